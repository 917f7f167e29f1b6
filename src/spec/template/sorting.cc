#include "spec/template/sorting.h"

#include <algorithm>
#include <numeric>
#include <string_view>

#include "spec/template/access.h"
#include "spec/template/compare.h"
#include "spec/template/numbers.h"
#include "spec/template/objects.h"
#include "spec/template/runtime.h"
#include "spec/template/unicode.h"

namespace sennit::spec::tmpl {

namespace {

// A merge sort of positions. Not std::stable_sort: comparing may throw, and nan gives no order, neither of which may
// do harm here.
void merge_sort(Runtime& runtime, const std::vector<Val>& keys, std::vector<std::size_t>& order, bool down) {
  const auto before = [&](std::size_t a, std::size_t b) {
    runtime.step();
    return down ? less(runtime, keys[a], keys[b]) : less(runtime, keys[b], keys[a]);
  };
  std::vector<std::size_t> merged(order.size());
  for (std::size_t width = 1; width < order.size(); width *= 2) {
    for (std::size_t start = 0; start < order.size(); start += 2 * width) {
      const std::size_t middle = std::min(start + width, order.size());
      const std::size_t end = std::min(start + 2 * width, order.size());
      std::size_t left = start;
      std::size_t right = middle;
      for (std::size_t at = start; at < end; ++at) {
        const bool take_right = right < end && (left == middle || before(order[left], order[right]));
        merged[at] = take_right ? order[right++] : order[left++];
      }
    }
    order.swap(merged);
  }
}

bool digits_only(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::vector<Val> sorted_by(Runtime& runtime, const std::vector<Val>& values, const std::vector<Val>& keys,
                           Direction direction) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  merge_sort(runtime, keys, order, direction == Direction::kDown);
  std::vector<Val> sorted;
  sorted.reserve(values.size());
  for (const std::size_t i : order) sorted.push_back(values[i]);
  return sorted;
}

Val ignoring_case(Runtime& runtime, const Val& value) {
  return value.is(Kind::kString) ? runtime.text(to_lower(value.as<Str>().text())) : value;
}

AttributePath::AttributePath(Runtime& runtime, const Val& path) : runtime_(runtime) {
  if (path.is(Kind::kNone)) return;
  if (!path.is(Kind::kString)) {
    parts_.push_back(path);
    return;
  }
  std::string_view rest = path.as<Str>().text();
  while (true) {
    const std::size_t dot = rest.find('.');
    const std::string_view part = rest.substr(0, dot);
    const auto number = digits_only(part) ? parse_integer(part) : std::nullopt;
    const auto* index = number ? std::get_if<std::int64_t>(&*number) : nullptr;
    parts_.push_back(index != nullptr ? Val::integer(*index) : runtime.text(std::string(part)));
    if (dot == std::string_view::npos) return;
    rest.remove_prefix(dot + 1);
  }
}

Val AttributePath::of(const Val& value, const Val* otherwise) const {
  Val current = value;
  for (const Val& part : parts_) {
    current = item(runtime_, current, part);
    if (otherwise != nullptr && current.is(Kind::kUndefined)) current = *otherwise;
  }
  return current;
}

}  // namespace sennit::spec::tmpl
