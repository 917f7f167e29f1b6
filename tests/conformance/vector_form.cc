#include "vector_form.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>
#include <string>

#include "base/base64.h"
#include "spec/grammar.h"
#include "spec/values.h"

namespace json = boost::json;

namespace sennit::conformance {
namespace {

// Nothing is no limit.
json::value quantity(Bytes bytes) {
  if (bytes == Bytes()) return nullptr;
  return bytes.count();
}

void settle_exit_actions(json::object& task) {
  json::array out;
  for (const auto& [action, codes] : task.at("exitActions").as_object()) {
    std::string word(action);
    std::ranges::transform(word, word.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    const auto ranges = spec::parse_exit_codes(codes.as_string());
    if (!ranges) out.push_back(json::array{word, "?"});
    for (const auto& [first, last] : ranges.value_or(decltype(ranges)::value_type())) {
      out.push_back(json::array{word, first, last});
    }
  }
  task["exitActions"] = out;
}

void settle_files(json::object& task) {
  for (json::value& file : task.at("files").as_array()) {
    json::object& object = file.as_object();
    if (object.at("base64").as_bool()) {
      object["contents"] = decode_base64(object.at("contents").as_string()).value_or("?");
    }
    object.erase("base64");
  }
}

// A credential that is mounted nowhere is none of either kind, to us.
void settle_credentials(json::object& task) {
  for (auto& [name, how] : task.at("credentials").as_object()) {
    if (how.is_string() && how.get_string().empty()) how = json::object();
  }
}

void settle_resource(json::object& resource) {
  if (const json::value& gpu = resource.at("gpu"); gpu.is_number() && gpu.to_number<std::int64_t>() == 0) {
    resource["gpu"] = nullptr;
  }
  for (const char* name : {"memory", "storage"}) {
    if (resource.at(name).is_null()) continue;
    const auto bytes = spec::parse_quantity(resource.at(name).as_string());
    resource[name] = bytes ? quantity(*bytes) : json::value("?");
  }
}

}  // namespace

json::value in_one_form(const json::value& workflow) {
  json::value out = workflow;
  for (json::value& group : out.at("groups").as_array()) {
    for (json::value& task : group.at("tasks").as_array()) {
      settle_exit_actions(task.as_object());
      settle_files(task.as_object());
      settle_credentials(task.as_object());
      settle_resource(task.at("resource").as_object());
    }
  }
  return out;
}

json::value bodies_in_one_form(const json::value& bodies) {
  json::value out = bodies;
  for (auto& [name, task] : out.as_object()) {
    settle_files(task.as_object());
    settle_credentials(task.as_object());
  }
  return out;
}

}  // namespace sennit::conformance
