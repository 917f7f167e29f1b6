#include <array>
#include <boost/json.hpp>

#include "misc_kinds.h"
#include "spec/pods/pod_names.h"
#include "spec/pods/resource_assertion.h"
#include "spec/pods/resource_tokens.h"
#include "spec/quantity.h"
#include "vectors.h"

namespace json = boost::json;

namespace sennit::conformance {
namespace {

using spec::tmpl::Value;

std::optional<std::string> stored_amount(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || value->is_null()) return std::nullopt;
  return spec::stored_quantity(python_scalar(*value));
}

std::optional<std::int64_t> count(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || value->is_null()) return std::nullopt;
  return value->to_number<std::int64_t>();
}

spec::ResourceText resource_of(const json::object& object) {
  spec::ResourceText resource;
  resource.cpu = count(object, "cpu");
  resource.gpu = count(object, "gpu");
  resource.memory = stored_amount(object, "memory");
  resource.storage = stored_amount(object, "storage");
  if (const json::value* nodes = object.if_contains("nodesExcluded")) {
    for (const json::value& node : nodes->as_array()) resource.nodes_excluded.emplace_back(node.as_string());
  }
  return resource;
}

Value value_of(const json::value& value) {
  if (value.is_bool()) return value.get_bool();
  if (value.is_double()) return value.get_double();
  if (value.is_number()) return value.to_number<std::int64_t>();
  return value.is_null() ? Value() : Value(python_scalar(value));
}

spec::tmpl::Variables variables_of(const json::object& input) {
  spec::tmpl::Variables variables;
  if (const json::value* given = input.if_contains("variables")) {
    for (const auto& [name, value] : given->as_object()) variables[std::string(name)] = value_of(value);
  }
  return variables;
}

std::string cache_size_of(const json::object& input) {
  const json::value* size = input.if_contains("cacheSize");
  return size == nullptr || size->is_null() ? "" : python_scalar(*size);
}

Answer cache(const json::object& input) {
  const Result<std::string> token = spec::cache_token(stored_amount(input, "storage"), cache_size_of(input));
  if (!token) return std::nullopt;
  return result_of(json::value(*token));
}

// None is not among the recorded tokens.
struct AddToken {
  json::object& out;
  const std::string& name;
  void operator()(std::int64_t value) const { out[name] = value; }
  void operator()(double value) const { out[name] = value; }
  void operator()(const std::string& value) const { out[name] = value; }
  template <class Other>
  void operator()(const Other& /*none*/) const {}
};

Answer tokens(const json::object& input) {
  const Result<spec::tmpl::Variables> found =
      spec::resource_tokens(resource_of(input.at("resource").as_object()), cache_size_of(input), variables_of(input));
  if (!found) return std::nullopt;
  json::object out;
  for (const auto& [name, value] : *found) std::visit(AddToken{out, name}, value.data());
  return result_of(out);
}

Answer assertion(const json::object& input) {
  const auto comparison = spec::parse_comparison(text_of(input, "operator"));
  const Result<spec::tmpl::Variables> tokens =
      spec::resource_tokens(resource_of(input.at("resource").as_object()), {}, variables_of(input));
  if (!comparison || !tokens) return std::nullopt;
  const Result<bool> result = spec::holds({*comparison, text_of(input, "left"), text_of(input, "right")}, *tokens);
  if (!result) return std::nullopt;
  return json::object{{"holds", *result}};
}

Answer k8s_name(const json::object& input) {
  const std::string name = text_of(input, "name");
  return json::object{{"k8s", spec::kubernetes_name(name)}, {"container", spec::container_name(name)}};
}

Answer pod_name(const json::object& input) {
  return result_of(json::value(spec::pod_name(text_of(input, "workflow_uuid"), text_of(input, "task_uuid"))));
}

constexpr auto kKinds = std::to_array<MiscKind>(
    {{"cache", cache}, {"tokens", tokens}, {"assertion", assertion}, {"k8s_name", k8s_name}, {"pod_name", pod_name}});

}  // namespace

std::span<const MiscKind> pod_kinds() { return kKinds; }

}  // namespace sennit::conformance
