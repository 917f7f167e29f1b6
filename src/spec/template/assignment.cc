#include "spec/template/assignment.h"

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <variant>

#include "spec/template/numbers.h"

namespace sennit::spec::tmpl {

namespace {

Result<std::pair<std::string, std::string>> split(std::string_view argument, std::string_view option) {
  const std::size_t mark = argument.find('=');
  if (mark == std::string_view::npos) {
    return Error(ErrorCode::kInvalid, fmt::format("{} '{}': expected name=value", option, argument));
  }
  return std::pair(std::string(argument.substr(0, mark)), std::string(argument.substr(mark + 1)));
}

Value guess(std::string text) {
  if (const auto integer = parse_integer(text)) {
    if (const auto* big = std::get_if<BigInt>(&*integer)) return Value::big_int(big->text(10));
    return std::get<std::int64_t>(*integer);
  }
  if (const auto number = parse_float(text)) return *number;
  return Value(std::move(text));
}

}  // namespace

Result<Assignment> parse_set(std::string_view argument) {
  SENNIT_ASSIGN(auto parts, split(argument, "--set"));
  return Assignment{std::move(parts.first), guess(std::move(parts.second))};
}

Result<Assignment> parse_set_string(std::string_view argument) {
  SENNIT_ASSIGN(auto parts, split(argument, "--set-string"));
  return Assignment{std::move(parts.first), Value(std::move(parts.second))};
}

}  // namespace sennit::spec::tmpl
