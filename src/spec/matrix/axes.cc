#include "spec/matrix/axes.h"

#include <fmt/format.h>

#include <algorithm>

#include "spec/fields.h"
#include "spec/grammar.h"
#include "spec/suggest.h"
#include "spec/values.h"

namespace sennit::spec {
namespace {

constexpr std::string_view kInclude = "include";
constexpr std::string_view kExclude = "exclude";

// Whether it can be the value of an axis.
bool is_value(const Node& node, std::string_view what, Reporter& reporter) {
  if (node.is_scalar() && !node.is_null()) return true;
  reporter.error(Code::kBadMatrix, node.at,
                 fmt::format("{} must be a text, a number or a switch, not {}", what, describe(node)),
                 {.expected = "something that can stand in a line", .suggestion = {}});
  return false;
}

bool same(const Node& a, const Node& b) { return a.type == b.type && a.text == b.text; }

}  // namespace

std::optional<std::size_t> Matrix::find(std::string_view axis) const {
  const auto found = std::ranges::find(axes_, axis, &Axis::name);
  if (found == axes_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - axes_.begin());
}

void Matrix::read_axis(const Node& entry, Reporter& reporter) {
  Axis axis{.name = entry.key->text, .values = {}};
  if (!is_variable_name(axis.name)) {
    reporter.error(Code::kBadMatrix, entry.key->at, fmt::format("'{}' is not a name for an axis", axis.name),
                   {.expected = "letters, digits and '_', not beginning with a digit", .suggestion = {}});
  }
  if (!entry.is_sequence() || entry.count == 0) {
    reporter.error(Code::kBadMatrix, entry.at,
                   fmt::format("the axis '{}' must be a list of values, not {}", axis.name,
                               entry.is_sequence() ? "an empty one" : describe(entry)),
                   {.expected = fmt::format("{}: [first, second]", axis.name), .suggestion = {}});
    return;
  }
  for (const Node& value : Children(entry)) {
    if (is_value(value, fmt::format("a value of the axis '{}'", axis.name), reporter)) axis.values.push_back(&value);
  }
  axes_.push_back(std::move(axis));
}

std::optional<Matrix::Combination> Matrix::read_partial(const Node& map, std::string_view what,
                                                        Reporter& reporter) const {
  if (!expect_map(reporter, map, what)) return std::nullopt;
  Combination combination(axes_.size(), nullptr);
  bool good = true;
  for (const Node& entry : Children(map)) {
    const std::optional<std::size_t> axis = find(entry.key->text);
    if (axis && is_value(entry, fmt::format("'{}'", entry.key->text), reporter)) {
      combination[*axis] = &entry;
      continue;
    }
    good = false;
    if (axis) continue;
    Nearest nearest(entry.key->text);
    for (const Axis& known : axes_) nearest.consider(known.name);
    reporter.error(Code::kUnknownAxis, entry.key->at, fmt::format("the matrix has no axis '{}'", entry.key->text),
                   {.expected = {}, .suggestion = nearest.result()});
  }
  return good ? std::optional(std::move(combination)) : std::nullopt;
}

void Matrix::read_excluded(const Node& list, Reporter& reporter) {
  if (!list.is_sequence()) return report_wrong_type(reporter, list, "'exclude'", "a list", "- {axis: value}");
  for (const Node& item : Children(list)) {
    if (auto combination = read_partial(item, "an item of 'exclude'", reporter)) {
      excluded_.push_back(std::move(*combination));
    }
  }
}

void Matrix::read_included(const Node& list, Reporter& reporter) {
  if (!list.is_sequence()) return report_wrong_type(reporter, list, "'include'", "a list", "- {axis: value}");
  if (axes_.empty() && list.first != nullptr && list.first->is_mapping()) {
    // A matrix that lists its combinations needs no axes: the first one says what there is.
    for (const Node& entry : Children(*list.first)) axes_.push_back({.name = entry.key->text, .values = {}});
  }
  for (const Node& item : Children(list)) {
    auto combination = read_partial(item, "an item of 'include'", reporter);
    if (!combination) continue;
    const auto missing = std::ranges::find(*combination, nullptr);
    if (missing == combination->end()) {
      included_.push_back(std::move(*combination));
      continue;
    }
    reporter.error(Code::kBadMatrix, item.at,
                   fmt::format("an item of 'include' has no value for the axis '{}'",
                               axes_[static_cast<std::size_t>(missing - combination->begin())].name),
                   {.expected = "a value for each axis", .suggestion = {}});
  }
}

Matrix::Combination Matrix::combination_at(std::uint64_t index) const {
  Combination combination(axes_.size());
  for (std::size_t i = axes_.size(); i-- > 0;) {
    const auto& values = axes_[i].values;
    combination[i] = values[index % values.size()];
    index /= values.size();
  }
  return combination;
}

bool Matrix::is_excluded(const Combination& combination) const {
  return std::ranges::any_of(excluded_, [&](const Combination& excluded) {
    for (std::size_t i = 0; i < combination.size(); ++i) {
      if (excluded[i] != nullptr && !same(*excluded[i], *combination[i])) return false;
    }
    return true;
  });
}

std::optional<Matrix> Matrix::read(const Node& node, const Limits& limits, Reporter& reporter) {
  const std::uint32_t errors = reporter.errors();
  if (!expect_map(reporter, node, "'matrix'")) return std::nullopt;
  Matrix matrix;
  const Node* include = nullptr;
  const Node* exclude = nullptr;
  for (const Node& entry : Children(node)) {
    if (entry.key->text == kInclude) {
      include = &entry;
    } else if (entry.key->text == kExclude) {
      exclude = &entry;
    } else {
      matrix.read_axis(entry, reporter);
    }
  }
  matrix.product_ = matrix.axes_.empty() ? 0 : 1;
  for (const Axis& axis : matrix.axes_) {
    matrix.product_ *= std::max<std::size_t>(axis.values.size(), 1);
    if (matrix.product_ > limits.tasks) break;
  }
  if (matrix.product_ > limits.tasks) {
    reporter.error(Code::kTooManyTasks, node.key->at,
                   fmt::format("the matrix has more than {} combinations", limits.tasks),
                   {.expected = fmt::format("at most the limit tasks ({})", limits.tasks), .suggestion = {}});
  }
  if (exclude != nullptr) matrix.read_excluded(*exclude, reporter);
  if (include != nullptr) matrix.read_included(*include, reporter);
  if (reporter.errors() > errors) return std::nullopt;
  if (!matrix.axes_.empty()) return matrix;
  reporter.error(Code::kBadMatrix, node.at, "'matrix' has no axes",
                 {.expected = "lines such as 'lr: [1e-4, 1e-3]'", .suggestion = {}});
  return std::nullopt;
}

}  // namespace sennit::spec
