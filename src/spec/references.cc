#include "spec/references.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include "spec/template/numbers.h"

namespace sennit::spec {
namespace {

std::optional<std::int64_t> whole_number(std::string_view text) {
  const std::optional<tmpl::Integer> number = tmpl::parse_integer(text);
  const auto* small = number ? std::get_if<std::int64_t>(&*number) : nullptr;
  return small != nullptr ? std::optional(*small) : std::nullopt;
}

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

std::string AppReference::full() const {
  return version.value_or(0) != 0 ? fmt::format("{}:{}", name, *version) : name;
}

std::optional<AppReference> parse_app_reference(std::string_view text) {
  static const RE2 kForm("([a-zA-Z0-9_-]+)(?::([a-zA-Z0-9_-]*))?");
  AppReference reference;
  std::string version;
  if (!RE2::FullMatch(piece(text), kForm, &reference.name, &version)) return std::nullopt;
  if (version.empty()) return reference;
  reference.version = whole_number(version);
  return reference.version ? std::optional(reference) : std::nullopt;
}

std::optional<WorkflowReference> parse_workflow_id(std::string_view text) {
  const std::size_t dash = text.rfind('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const std::optional<std::int64_t> number = whole_number(text.substr(dash + 1));
  if (!number) return std::nullopt;
  return WorkflowReference{std::string(text.substr(0, dash)), *number};
}

bool looks_like_workflow_id(std::string_view text) {
  static const RE2 kEnd(R"([a-zA-Z](?:[a-zA-Z0-9_-]*[a-zA-Z0-9])?-\p{Nd}+\n?\z)");
  return RE2::PartialMatch(piece(text), kEnd);
}

}  // namespace sennit::spec
