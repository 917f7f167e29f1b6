#include "spec/pods/resource_assertion.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <compare>
#include <utility>
#include <variant>

#include "spec/quantity.h"
#include "spec/template/numbers.h"
#include "spec/template/render.h"

namespace sennit::spec {
namespace {

using Operand = std::variant<double, std::string>;

// What the administrators' templates may cost; they are one line.
constexpr std::uint64_t kMaxSteps = 100'000;
constexpr std::size_t kMaxOutput = 64 << 10;

bool ends_with_known_unit(std::string_view unit) {
  static constexpr auto kEnds = std::to_array<std::string_view>({"T", "Ti", "G", "Gi", "M", "Mi", "K", "Ki", "B", "m"});
  return std::ranges::any_of(kEnds, [&](std::string_view end) { return unit.ends_with(end); });
}

Result<Operand> operand_of(const std::string& text, const tmpl::Variables& tokens) {
  tmpl::RenderOptions options;
  options.max_steps = kMaxSteps;
  options.max_output_bytes = kMaxOutput;
  tmpl::RenderResult rendered = tmpl::render(text, tokens, options);
  if (!rendered) {
    return Error(ErrorCode::kInvalid, fmt::format("'{}' cannot be filled in: {}", text, rendered.error().message));
  }
  std::string value = std::move(rendered).value().text;
  const std::optional<QuantityText> parts = split_quantity(value);
  if (parts && parts->unit.empty()) return Operand(tmpl::parse_float(parts->size).value_or(0));
  if (!parts || !ends_with_known_unit(parts->unit)) return Operand(std::move(value));
  const std::optional<double> kibibytes = convert_quantity(value, "Ki");
  if (!kibibytes) return Error(ErrorCode::kInvalid, fmt::format("'{}' has an unknown unit", value));
  return Operand(std::trunc(*kibibytes));
}

bool compare(Comparison comparison, std::partial_ordering order) {
  switch (comparison) {
    case Comparison::kGreater: return order > 0;
    case Comparison::kGreaterOrEqual: return order >= 0;
    case Comparison::kLess: return order < 0;
    case Comparison::kLessOrEqual: return order <= 0;
    case Comparison::kEqual: return order == 0;
  }
  return false;
}

std::string shown(const Operand& operand) {
  if (const auto* text = std::get_if<std::string>(&operand)) return fmt::format("the text '{}'", *text);
  return fmt::format("the number {}", tmpl::float_text(std::get<double>(operand)));
}

}  // namespace

std::optional<Comparison> parse_comparison(std::string_view word) {
  static constexpr auto kWords =
      std::to_array<std::pair<std::string_view, Comparison>>({{"GT", Comparison::kGreater},
                                                              {"GE", Comparison::kGreaterOrEqual},
                                                              {"LT", Comparison::kLess},
                                                              {"LE", Comparison::kLessOrEqual},
                                                              {"EQ", Comparison::kEqual}});
  for (const auto& [name, comparison] : kWords) {
    if (name == word) return comparison;
  }
  return std::nullopt;
}

Result<bool> holds(const ResourceAssertion& assertion, const tmpl::Variables& tokens) {
  SENNIT_ASSIGN(const Operand left, operand_of(assertion.left, tokens));
  SENNIT_ASSIGN(const Operand right, operand_of(assertion.right, tokens));
  const auto* number = std::get_if<double>(&left);
  const auto* other = std::get_if<double>(&right);
  if ((number == nullptr) != (other == nullptr)) {
    if (assertion.comparison == Comparison::kEqual) return false;
    return Error(ErrorCode::kInvalid, fmt::format("{} and {} cannot be compared", shown(left), shown(right)));
  }
  if (number != nullptr) return compare(assertion.comparison, *number <=> *other);
  return compare(assertion.comparison, std::get<std::string>(left) <=> std::get<std::string>(right));
}

}  // namespace sennit::spec
