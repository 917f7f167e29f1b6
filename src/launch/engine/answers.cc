#include "launch/engine/answers.h"

#include <algorithm>
#include <boost/json.hpp>
#include <limits>

namespace sennit::launch {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxLayers = 10'000;
constexpr std::size_t kMaxRefusal = 2'000;

Result<json::value> parse(std::string_view text, std::string_view what) {
  boost::system::error_code failed;
  json::value value = json::parse({text.data(), text.size()}, failed);
  if (!failed) return value;
  return Error(ErrorCode::kCorrupt, std::string("the container engine's answer about ")
                                        .append(what)
                                        .append(" is no JSON: ")
                                        .append(failed.message()));
}

// Nothing where there is none of that name and type.
const json::object* object_in(const json::value* value, std::string_view name) {
  const json::object* object = value != nullptr ? value->if_object() : nullptr;
  const json::value* found = object != nullptr ? object->if_contains({name.data(), name.size()}) : nullptr;
  return found != nullptr ? found->if_object() : nullptr;
}

const json::value* member(const json::object* object, std::string_view name) {
  return object != nullptr ? object->if_contains({name.data(), name.size()}) : nullptr;
}

std::string text_in(const json::object* object, std::string_view name) {
  const json::value* found = member(object, name);
  return found != nullptr && found->is_string() ? std::string(std::string_view(found->get_string())) : std::string();
}

bool flag_in(const json::object* object, std::string_view name) {
  const json::value* found = member(object, name);
  return found != nullptr && found->is_bool() && found->get_bool();
}

std::int64_t number_in(const json::object* object, std::string_view name) {
  const json::value* found = member(object, name);
  if (found == nullptr) return 0;
  if (found->is_int64()) return found->get_int64();
  if (found->is_uint64()) return std::numeric_limits<std::int64_t>::max();
  return 0;
}

Bytes bytes_in(const json::object* object, std::string_view name) {
  return Bytes(static_cast<std::uint64_t>(std::max<std::int64_t>(number_in(object, name), 0)));
}

std::map<std::string, std::string> labels_in(const json::object* object) {
  std::map<std::string, std::string> labels;
  const json::value* found = member(object, "Labels");
  const json::object* pairs = found != nullptr ? found->if_object() : nullptr;
  if (pairs == nullptr) return labels;
  for (const auto& [name, value] : *pairs) labels[std::string(std::string_view(name))] = text_in(pairs, name);
  return labels;
}

}  // namespace

Result<ImageFacts> parse_image(std::string_view text) {
  SENNIT_ASSIGN(const json::value value, parse(text, "an image"));
  return ImageFacts{.user = text_in(object_in(&value, "Config"), "User")};
}

Result<ContainerFacts> parse_container(std::string_view text) {
  SENNIT_ASSIGN(const json::value value, parse(text, "a container"));
  const json::object* state = object_in(&value, "State");
  if (state == nullptr) return Error(ErrorCode::kCorrupt, "the container engine's answer has no state of a container");
  ContainerFacts facts;
  const std::string status = text_in(state, "Status");
  if (flag_in(state, "Running") || flag_in(state, "Paused") || status == "running" || status == "paused") {
    facts.status = ContainerFacts::Status::kRuns;
  } else if (status != "created" && status != "configured" && status != "initialized") {
    facts.status = ContainerFacts::Status::kEnded;
  }
  const std::int64_t code = number_in(state, "ExitCode");
  facts.exit_code = static_cast<std::int32_t>(std::clamp<std::int64_t>(code, -1, 255));
  facts.out_of_memory = flag_in(state, "OOMKilled");
  facts.error = text_in(state, "Error");
  const std::int64_t pid = number_in(state, "Pid");
  facts.pid = pid > 0 && pid <= INT32_MAX ? static_cast<std::uint32_t>(pid) : 0;
  facts.labels = labels_in(object_in(&value, "Config"));
  return facts;
}

Result<std::vector<ListedContainer>> parse_list(std::string_view text) {
  SENNIT_ASSIGN(const json::value value, parse(text, "containers"));
  const json::array* array = value.if_array();
  if (array == nullptr) return Error(ErrorCode::kCorrupt, "the container engine's answer is no list of containers");
  std::vector<ListedContainer> list;
  for (const json::value& entry : *array) {
    const json::object* object = entry.if_object();
    const std::string id = text_in(object, "Id");
    if (!id.empty()) list.push_back({.id = id, .labels = labels_in(object)});
  }
  return list;
}

Result<std::vector<std::string>> parse_names(std::string_view text) {
  SENNIT_ASSIGN(const json::value value, parse(text, "networks"));
  const json::array* array = value.if_array();
  if (array == nullptr) return Error(ErrorCode::kCorrupt, "the container engine's answer is no list of networks");
  std::vector<std::string> names;
  for (const json::value& entry : *array) {
    std::string name = text_in(entry.if_object(), "Name");
    if (!name.empty()) names.push_back(std::move(name));
  }
  return names;
}

std::string parse_refusal(std::string_view body) {
  boost::system::error_code failed;
  const json::value value = json::parse({body.data(), body.size()}, failed);
  std::string text = failed ? std::string() : text_in(value.if_object(), "message");
  if (text.empty()) text = body;
  if (text.size() > kMaxRefusal) text.resize(kMaxRefusal);
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

Result<bool> PullAnswer::take(std::string_view bytes) {
  bool changed = false;
  pending_.append(bytes);
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = pending_.find('\n', begin)) != std::string::npos; begin = end + 1) {
    SENNIT_ASSIGN(const bool news, take_line(std::string_view(pending_).substr(begin, end - begin)));
    changed = changed || news;
  }
  pending_.erase(0, begin);
  if (pending_.size() > kMaxLine) {
    return Error(ErrorCode::kExhausted, "the container engine's answer to a pull has a line without an end");
  }
  return changed;
}

Result<void> PullAnswer::finish() {
  const std::string rest = std::move(pending_);
  pending_.clear();
  if (rest.find_first_not_of(" \r\n\t") == std::string::npos) return {};
  SENNIT_TRY(take_line(rest));
  return {};
}

Result<bool> PullAnswer::take_line(std::string_view line) {
  if (line.find_first_not_of(" \r\t") == std::string_view::npos) return false;
  SENNIT_ASSIGN(const json::value value, parse(line, "a pull"));
  const json::object* object = value.if_object();
  if (object == nullptr) return false;
  std::string error = text_in(object_in(&value, "errorDetail"), "message");
  if (error.empty()) error = text_in(object, "error");
  if (!error.empty()) {
    error_ = error.substr(0, kMaxRefusal);
    return false;
  }
  const std::string id = text_in(object, "id");
  const std::string status = text_in(object, "status");
  if (id.empty() || status.empty()) return false;
  if (layers_.size() >= kMaxLayers && !layers_.contains(id)) return false;
  Layer& layer = layers_[id];
  const json::object* detail = object_in(&value, "progressDetail");
  const Bytes total = bytes_in(detail, "total");
  progress_.status = status;
  const bool complete = status == "Pull complete" || status == "Already exists" || status == "Download complete";
  if (total != Bytes() && status != "Extracting") {
    layer.total = total;
    layer.done = bytes_in(detail, "current");
  }
  if (complete) {
    layer.done = layer.total;
    layer.complete = true;
  }
  PullProgress& all = progress_;
  all.layers = static_cast<std::uint32_t>(layers_.size());
  all.complete = 0;
  std::uint64_t done = 0;
  std::uint64_t sum = 0;
  for (const auto& [name, one] : layers_) {
    done += std::min(one.done.count(), std::uint64_t{1} << 50);
    sum += std::min(one.total.count(), std::uint64_t{1} << 50);
    if (one.complete) ++all.complete;
  }
  all.done = Bytes(done);
  all.total = Bytes(sum);
  return true;
}

}  // namespace sennit::launch
