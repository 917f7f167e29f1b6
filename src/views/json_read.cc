#include <fmt/format.h>

#include <boost/json/src.hpp>  // the one file that compiles Boost.JSON for this room
#include <limits>
#include <type_traits>

#include "views/fields.h"
#include "views/json.h"
#include "views/json_writer.h"

namespace sennit::views {
namespace {

namespace json = boost::json;

// Walks a view's fields and fills those that the object has. The first field of a wrong type ends it.
class Reading {
 public:
  explicit Reading(const json::object& object) : object_(object) {}

  template <class T>
  void operator()(std::string_view name, T& out) {
    if (!wrong_.empty()) return;
    const json::value* value = object_.if_contains(name);
    if (value == nullptr || value->is_null()) return;
    if (!read(*value, out)) wrong_ = std::string(name) + wrong_;
  }

  // Path of the field of a wrong type; "": all is well.
  const std::string& wrong() const { return wrong_; }

 private:
  static bool read(const json::value& value, std::string& out) {
    if (!value.is_string()) return false;
    out = value.get_string();
    return true;
  }

  static bool read(const json::value& value, bool& out) {
    if (!value.is_bool()) return false;
    out = value.get_bool();
    return true;
  }

  static bool read(const json::value& value, double& out) {
    if (!value.is_number()) return false;
    out = value.to_number<double>();
    return true;
  }

  template <class Int>
  requires std::is_integral_v<Int>
  static bool read(const json::value& value, Int& out) {
    json::error_code error;
    out = value.to_number<Int>(error);
    return !error.failed();
  }

  static bool read(const json::value& value, Instant& out) {
    if (!value.is_string()) return false;
    const std::optional<Instant> at = parse_instant(value.get_string());
    if (at) out = *at;
    return at.has_value();
  }

  template <class T>
  bool read(const json::value& value, std::optional<T>& out) {
    return read(value, out.emplace());
  }

  template <class T>
  bool read(const json::value& value, std::vector<T>& out) {
    if (!value.is_array()) return false;
    out.reserve(value.get_array().size());
    for (const json::value& item : value.get_array()) {
      if (!read(item, out.emplace_back())) return false;
    }
    return true;
  }

  bool read(const json::value& value, std::map<std::string, std::string>& out) {
    if (!value.is_object()) return false;
    for (const auto& [key, item] : value.get_object()) {
      if (!read(item, out[key])) return false;
    }
    return true;
  }

  bool read(const json::value& value, Numbers& out) {
    if (!value.is_object()) return false;
    for (const auto& [key, item] : value.get_object()) {
      std::optional<double>& number = out[key];
      if (!item.is_null() && !read(item, number)) return false;
    }
    return true;
  }

  template <class T>
  bool read(const json::value& value, Rare<T>& out) {
    return read(value, out.emplace());
  }

  bool read(const json::value& value, std::pair<std::string, std::string>& out) {
    if (!value.is_array() || value.get_array().size() != 2) return false;
    return read(value.get_array()[0], out.first) && read(value.get_array()[1], out.second);
  }

  template <class View>
  requires requires(Reading& reading, View& view) { visit_fields(reading, view); }
  bool read(const json::value& value, View& out) {
    if (!value.is_object()) return false;
    Reading inner(value.get_object());
    visit_fields(inner, out);
    if (!inner.wrong_.empty()) wrong_ = '.' + inner.wrong_;
    return inner.wrong_.empty();
  }

  const json::object& object_;
  std::string wrong_;
};

Result<json::value> parse_text(std::string_view text) {
  json::error_code error;
  json::value value = json::parse(text, error);
  if (error.failed()) return Error(ErrorCode::kInvalid, fmt::format("not JSON: {}", error.message()));
  if (!value.is_object()) return Error(ErrorCode::kInvalid, "a JSON object was expected");
  return value;
}

template <class View>
Result<View> read_view(const json::object& object) {
  View view;
  Reading reading(object);
  visit_fields(reading, view);
  if (!reading.wrong().empty()) {
    return Error(ErrorCode::kInvalid, fmt::format("field '{}' has a value of the wrong type", reading.wrong()));
  }
  return view;
}

template <class View>
Result<View> parse(std::string_view text) {
  SENNIT_ASSIGN(const json::value value, parse_text(text));
  return read_view<View>(value.get_object());
}

}  // namespace

Result<WorkflowView> parse_workflow(std::string_view json) { return parse<WorkflowView>(json); }
Result<WorkflowList> parse_workflow_list(std::string_view json) { return parse<WorkflowList>(json); }
Result<EventView> parse_event(std::string_view json) { return parse<EventView>(json); }
Result<EventList> parse_event_list(std::string_view json) { return parse<EventList>(json); }
Result<WhyView> parse_why(std::string_view json) { return parse<WhyView>(json); }
Result<FailureList> parse_failures(std::string_view json) { return parse<FailureList>(json); }
Result<ServerView> parse_server(std::string_view json) { return parse<ServerView>(json); }
Result<SubmitRequest> parse_submit_request(std::string_view json) { return parse<SubmitRequest>(json); }
Result<SubmitReply> parse_submit_reply(std::string_view json) { return parse<SubmitReply>(json); }
Result<TagRequest> parse_tag_request(std::string_view json) { return parse<TagRequest>(json); }
Result<TagList> parse_tag_list(std::string_view json) { return parse<TagList>(json); }
Result<CredentialList> parse_credential_list(std::string_view json) { return parse<CredentialList>(json); }
Result<CredentialRequest> parse_credential_request(std::string_view json) { return parse<CredentialRequest>(json); }
Result<CredentialReply> parse_credential_reply(std::string_view json) { return parse<CredentialReply>(json); }
Result<RerunRequest> parse_rerun_request(std::string_view json) { return parse<RerunRequest>(json); }
Result<RerunPlan> parse_rerun_plan(std::string_view json) { return parse<RerunPlan>(json); }
Result<TimeoutsRequest> parse_timeouts_request(std::string_view json) { return parse<TimeoutsRequest>(json); }
Result<TimeoutsReply> parse_timeouts_reply(std::string_view json) { return parse<TimeoutsReply>(json); }
Result<ChangeRequest> parse_change_request(std::string_view json) { return parse<ChangeRequest>(json); }
Result<ChangeReply> parse_change_reply(std::string_view json) { return parse<ChangeReply>(json); }
Result<PoolList> parse_pool_list(std::string_view json) { return parse<PoolList>(json); }
Result<NodeList> parse_node_list(std::string_view json) { return parse<NodeList>(json); }
Result<GcRequest> parse_gc_request(std::string_view json) { return parse<GcRequest>(json); }
Result<GcReply> parse_gc_reply(std::string_view json) { return parse<GcReply>(json); }
Result<PinRequest> parse_pin_request(std::string_view json) { return parse<PinRequest>(json); }
Result<PinReply> parse_pin_reply(std::string_view json) { return parse<PinReply>(json); }
Result<DeleteReply> parse_delete_reply(std::string_view json) { return parse<DeleteReply>(json); }
Result<TerminalSizeView> parse_terminal_size(std::string_view json) { return parse<TerminalSizeView>(json); }
Result<ChannelResultView> parse_channel_result(std::string_view json) { return parse<ChannelResultView>(json); }
Result<MetricsView> parse_metrics(std::string_view json) { return parse<MetricsView>(json); }
Result<ArtifactList> parse_artifacts(std::string_view json) { return parse<ArtifactList>(json); }
Result<HookList> parse_hook_list(std::string_view json) { return parse<HookList>(json); }
Result<DeliveryList> parse_delivery_list(std::string_view json) { return parse<DeliveryList>(json); }
Result<HookTrialRequest> parse_hook_trial_request(std::string_view json) { return parse<HookTrialRequest>(json); }
Result<HookTrial> parse_hook_trial(std::string_view json) { return parse<HookTrial>(json); }

Result<ErrorView> parse_error(std::string_view text) {
  SENNIT_ASSIGN(const json::value value, parse_text(text));
  const json::value* inner = value.get_object().if_contains("error");
  if (inner == nullptr || !inner->is_object()) return Error(ErrorCode::kInvalid, "no 'error' object");
  return read_view<ErrorView>(inner->get_object());
}

}  // namespace sennit::views
