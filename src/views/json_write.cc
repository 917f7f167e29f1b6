#include <type_traits>

#include "views/fields.h"
#include "views/json.h"
#include "views/json_writer.h"

namespace sennit::views {
namespace {

enum class Fields : std::uint8_t { kAll, kSet };  // kSet: but those that are as they are by themselves

class Writing {
 public:
  explicit Writing(JsonWriter& writer, Fields fields = Fields::kAll) : writer_(writer), fields_(fields) {}

  template <class T>
  void operator()(std::string_view name, const T& what) {
    if (fields_ == Fields::kSet && what == T{}) return;
    writer_.key(name);
    write(what);
  }

  template <class T>
  void write(const T& what) {
    if constexpr (requires { writer_.value(what); }) {
      writer_.value(what);
    } else {
      writer_.begin_object();
      visit_fields(*this, what);
      writer_.end_object();
    }
  }

  template <class T>
  void write(const std::optional<T>& what) {
    if (what) {
      write(*what);
    } else {
      writer_.null();
    }
  }

  template <class T>
  void write(const std::vector<T>& items) {
    writer_.begin_array();
    for (const T& item : items) write(item);
    writer_.end_array();
  }

  void write(const std::map<std::string, std::string>& map) {
    writer_.begin_object();
    for (const auto& [key, value] : map) writer_.field(key, value);
    writer_.end_object();
  }

  void write(const Numbers& map) {
    writer_.begin_object();
    for (const auto& [key, value] : map) {
      writer_.key(key);
      write(value);
    }
    writer_.end_object();
  }

  template <class T>
  void write(const Rare<T>& what) {
    if (what) {
      write(*what);
    } else {
      writer_.null();
    }
  }

  void write(const std::pair<std::string, std::string>& pair) {
    writer_.begin_array();
    writer_.value(pair.first);
    writer_.value(pair.second);
    writer_.end_array();
  }

 private:
  JsonWriter& writer_;
  Fields fields_;
};

template <class View>
std::string json_of(const View& view, Fields fields = Fields::kAll) {
  std::string out;
  JsonWriter writer(out);
  Writing(writer, fields).write(view);
  return out;
}

}  // namespace

std::string to_json(const WorkflowView& view) { return json_of(view); }
std::string to_sparse_json(const WorkflowView& view) { return json_of(view, Fields::kSet); }
std::string to_sparse_json(const GroupView& view) { return json_of(view, Fields::kSet); }
std::string to_json(const WorkflowSummary& view) { return json_of(view); }
std::string to_json(const WorkflowList& view) { return json_of(view); }
std::string to_json(const EventView& view) { return json_of(view); }
std::string to_json(const EventList& view) { return json_of(view); }
std::string to_json(const WhyView& view) { return json_of(view); }
std::string to_json(const FailureList& view) { return json_of(view); }
std::string to_json(const ServerView& view) { return json_of(view); }
std::string to_json(const SubmitRequest& view) { return json_of(view); }
std::string to_json(const SubmitReply& view) { return json_of(view); }
std::string to_json(const ValidationView& view) { return json_of(view); }
std::string to_json(const TagRequest& view) { return json_of(view); }
std::string to_json(const TagList& view) { return json_of(view); }
std::string to_json(const CredentialList& view) { return json_of(view); }
std::string to_json(const CredentialRequest& view) { return json_of(view); }
std::string to_json(const CredentialReply& view) { return json_of(view); }
std::string to_json(const RerunRequest& view) { return json_of(view); }
std::string to_json(const RerunPlan& view) { return json_of(view); }
std::string to_json(const TimeoutsRequest& view) { return json_of(view); }
std::string to_json(const TimeoutsReply& view) { return json_of(view); }
std::string to_json(const ChangeRequest& view) { return json_of(view); }
std::string to_json(const ChangeReply& view) { return json_of(view); }
std::string to_json(const PoolList& view) { return json_of(view); }
std::string to_json(const NodeList& view) { return json_of(view); }
std::string to_json(const GcRequest& view) { return json_of(view); }
std::string to_json(const GcReply& view) { return json_of(view); }
std::string to_json(const PinRequest& view) { return json_of(view); }
std::string to_json(const PinReply& view) { return json_of(view); }
std::string to_json(const DeleteReply& view) { return json_of(view); }
std::string to_json(const TerminalSizeView& view) { return json_of(view); }
std::string to_json(const ChannelResultView& view) { return json_of(view); }
std::string to_json(const MetricsView& view) { return json_of(view); }
std::string to_json(const ArtifactList& view) { return json_of(view); }
std::string to_json(const HookList& view) { return json_of(view); }
std::string to_json(const DeliveryList& view) { return json_of(view); }
std::string to_json(const HookTrialRequest& view) { return json_of(view); }
std::string to_json(const HookTrial& view) { return json_of(view); }

std::string to_json(const ErrorView& view) {
  std::string out;
  JsonWriter writer(out);
  Writing writing(writer);
  writer.begin_object();
  writing("error", view);
  writer.end_object();
  return out;
}

}  // namespace sennit::views
