#include "spec/jobs/variables.h"

#include <fmt/format.h>

#include "spec/grammar.h"

namespace sennit::spec {
namespace {

constexpr std::string_view kResolver = "oc.env:";

struct Reference {
  std::string_view name;
  std::optional<std::string_view> fallback;
};

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::string_view unquoted(std::string_view text) {
  const bool quoted = text.size() >= 2 && (text.front() == '\'' || text.front() == '"') && text.front() == text.back();
  return quoted ? text.substr(1, text.size() - 2) : text;
}

// What stands between ${ and }.
std::optional<Reference> parse_reference(std::string_view text) {
  Reference reference;
  text = trimmed(text);
  if (text.starts_with(kResolver)) {
    text.remove_prefix(kResolver.size());
    const std::size_t comma = text.find(',');
    if (comma != std::string_view::npos) reference.fallback = unquoted(trimmed(text.substr(comma + 1)));
    text = trimmed(text.substr(0, comma));
  }
  reference.name = text;
  if (!is_variable_name(text)) return std::nullopt;
  return reference;
}

// Defaults may be references again.
constexpr int kMostNested = 8;

bool expand(std::string& text, Span at, const VariableLookup& lookup, Reporter& reporter, int depth);

bool append_value(std::string& out, std::string_view inside, Span at, const VariableLookup& lookup, Reporter& reporter,
                  int depth) {
  const std::optional<Reference> reference = parse_reference(inside);
  if (!reference) {
    reporter.error(
        Code::kBadVariable, at, fmt::format("'${{{}}}' is not a variable", inside),
        {.expected = "${NAME}, ${oc.env:NAME} or ${oc.env:NAME,default}; $${ for a literal ${", .suggestion = {}});
    return false;
  }
  std::optional<std::string> value = lookup ? lookup(reference->name) : std::nullopt;
  if (!value && reference->fallback) {
    value = *reference->fallback;
    if (!expand(*value, at, lookup, reporter, depth + 1)) return false;
  }
  if (!value) {
    reporter.error(Code::kVariableNotSet, at, fmt::format("the variable '{}' is not set", reference->name),
                   {.expected = fmt::format("export {0}=..., or a default: ${{oc.env:{0},value}}", reference->name),
                    .suggestion = {}});
    return false;
  }
  out += *value;
  return true;
}

// The position of the `}` that belongs to a `${` before `text`.
std::size_t closing_brace(std::string_view text) {
  int open = 1;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("${")) ++open;
    if (text[i] == '}' && --open == 0) return i;
  }
  return std::string_view::npos;
}

bool expand(std::string& text, Span at, const VariableLookup& lookup, Reporter& reporter, int depth) {
  if (text.find("${") == std::string::npos) return true;
  if (depth > kMostNested) {
    reporter.error(Code::kBadVariable, at,
                   fmt::format("defaults of variables are nested more than {} deep", kMostNested));
    return false;
  }
  std::string out;
  bool good = true;
  std::string_view rest = text;
  for (std::size_t open = rest.find("${"); open != std::string_view::npos; open = rest.find("${")) {
    const bool escaped = open > 0 && (rest[open - 1] == '\\' || rest[open - 1] == '$');
    out += rest.substr(0, escaped ? open - 1 : open);
    rest.remove_prefix(open + 2);
    if (escaped) {
      out += "${";
      continue;
    }
    const std::size_t close = closing_brace(rest);
    if (close == std::string_view::npos) {
      reporter.error(Code::kBadVariable, at, "'${' without its '}'",
                     {.expected = "${NAME}; $${ for a literal ${", .suggestion = {}});
      return false;
    }
    good = append_value(out, rest.substr(0, close), at, lookup, reporter, depth) && good;
    rest.remove_prefix(close + 1);
  }
  out += rest;
  text = std::move(out);
  return good;
}

}  // namespace

bool expand_variables(std::string& text, Span at, const VariableLookup& lookup, Reporter& reporter) {
  return expand(text, at, lookup, reporter, 0);
}

}  // namespace sennit::spec
