#include <array>
#include <boost/json.hpp>

#include "misc_kinds.h"
#include "spec/absolute_path.h"
#include "spec/references.h"
#include "spec/tasks/template_stage.h"
#include "vectors.h"

namespace json = boost::json;

namespace sennit::conformance {
namespace {

Answer workflow_id(const json::object& input) {
  const auto reference = spec::parse_workflow_id(text_of(input, "id"));
  if (!reference) return std::nullopt;
  return result_of(json::array{reference->name, reference->number});
}

Answer looks_like_workflow_id(const json::object& input) {
  return result_of(spec::looks_like_workflow_id(text_of(input, "text")));
}

Answer app_reference(const json::object& input) {
  const std::optional<spec::AppReference> app = spec::parse_app_reference(text_of(input, "text"));
  if (!app) return std::nullopt;
  json::value version = nullptr;
  if (app->version) version = *app->version;
  return result_of(json::object{{"name", app->name}, {"version", version}, {"full", app->full()}});
}

Answer is_templated(const json::object& input) { return result_of(spec::is_templated(text_of(input, "text"))); }

// Refused is null here.
Answer sanitized_path(const json::object& input) {
  const std::optional<std::string> path = spec::clean_path(text_of(input, "path"));
  return result_of(path ? json::value(*path) : json::value(nullptr));
}

constexpr auto kKinds = std::to_array<MiscKind>({{"workflow_id", workflow_id},
                                                 {"looks_like_workflow_id", looks_like_workflow_id},
                                                 {"app_reference", app_reference},
                                                 {"is_templated", is_templated},
                                                 {"sanitized_path", sanitized_path}});

}  // namespace

std::span<const MiscKind> name_kinds() { return kKinds; }

}  // namespace sennit::conformance
