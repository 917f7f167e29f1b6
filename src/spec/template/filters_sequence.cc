// Filters on sequences: order, parts, groups.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "spec/template/arithmetic.h"
#include "spec/template/compare.h"
#include "spec/template/display.h"
#include "spec/template/fault.h"
#include "spec/template/filter_tables.h"
#include "spec/template/iterate.h"
#include "spec/template/runtime.h"
#include "spec/template/sorting.h"
#include "spec/template/unicode.h"

namespace sennit::spec::tmpl {

namespace {

Val list(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "list", {}, 0, args);
  return runtime.list(items_of(runtime, value));
}

Val length(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "length", {}, 0, args);
  const auto size = length_of(value);
  if (!size) fail(ErrorKind::kType, fmt::format("a {} has no length", type_name(value)));
  return Val::integer(*size);
}

Val first(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "first", {}, 0, args);
  Iterator items(runtime, value);
  Val item;
  return items.next(item) ? item : runtime.missing("'first' of an empty sequence");
}

Val last(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "last", {}, 0, args);
  if (value.is(Kind::kGenerator)) fail(ErrorKind::kType, "a generator has no last item; add |list");
  std::vector<Val> items = items_of(runtime, value);
  return items.empty() ? runtime.missing("'last' of an empty sequence") : std::move(items.back());
}

Val random(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "random", {}, 0, args);
  std::vector<Val> items = items_of(runtime, value);
  if (items.empty()) return runtime.missing("'random' of an empty sequence");
  return items[runtime.random() % items.size()];
}

Val reverse(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "reverse", {}, 0, args);
  if (value.is(Kind::kString)) {
    std::string out;
    const std::string& text = value.as<Str>().text();
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = decode(text, at).size;
      out.insert(0, text, at, size);
      at += size;
    }
    runtime.step(text.size() / 16);
    return runtime.text(std::move(out), value.as<Str>().markup());
  }
  std::vector<Val> items = items_of(runtime, value);
  std::reverse(items.begin(), items.end());
  return runtime.generator(std::move(items));
}

// The keys of `items` by an attribute argument of one or more paths, separated by commas.
std::vector<Val> keys_of(Runtime& runtime, const std::vector<Val>& items, const Val& attribute, bool with_case) {
  std::vector<AttributePath> paths;
  if (attribute.is(Kind::kString)) {
    std::string_view rest = attribute.as<Str>().text();
    for (std::size_t comma = 0; comma != std::string_view::npos; rest.remove_prefix(comma + 1)) {
      comma = rest.find(',');
      paths.emplace_back(runtime, runtime.text(std::string(rest.substr(0, comma))));
      if (comma == std::string_view::npos) break;
    }
  } else {
    paths.emplace_back(runtime, attribute);
  }
  std::vector<Val> keys;
  keys.reserve(items.size());
  for (const Val& item : items) {
    std::vector<Val> key;
    for (const AttributePath& path : paths) {
      const Val part = path.of(item);
      key.push_back(with_case ? part : ignoring_case(runtime, part));
    }
    keys.push_back(key.size() == 1 ? key[0] : runtime.list(std::move(key)));
  }
  return keys;
}

Val sort(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "sort", {"reverse", "case_sensitive", "attribute"}, 0, args);
  const std::vector<Val> items = items_of(runtime, value);
  const std::vector<Val> keys = keys_of(runtime, items, bound[2], bound.flag(1));
  return runtime.list(sorted_by(runtime, items, keys, bound.flag(0) ? Direction::kDown : Direction::kUp));
}

Val dictsort(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "dictsort", {"case_sensitive", "by", "reverse"}, 0, args);
  const std::string by = bound.text(1, "key");
  if (by != "key" && by != "value") fail(ErrorKind::kValue, "dictsort(): 'by' must be \"key\" or \"value\"");
  require_defined(value);
  if (!value.is(Kind::kDict))
    fail(ErrorKind::kType, fmt::format("dictsort() needs a dict, not '{}'", type_name(value)));
  std::vector<Val> items;
  std::vector<Val> keys;
  for (const auto& [key, each] : value.as<Dict>().entries()) {
    items.push_back(runtime.tuple({key, each}));
    const Val& sort_by = by == "key" ? key : each;
    keys.push_back(bound.flag(0) ? sort_by : ignoring_case(runtime, sort_by));
  }
  return runtime.list(sorted_by(runtime, items, keys, bound.flag(2) ? Direction::kDown : Direction::kUp));
}

Val unique(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "unique", {"case_sensitive", "attribute"}, 0, args);
  const AttributePath path(runtime, bound[1]);
  const Ref<Dict> seen = runtime.dict();
  std::vector<Val> kept;
  for (const Val& item : items_of(runtime, value)) {
    const Val key = bound.flag(0) ? path.of(item) : ignoring_case(runtime, path.of(item));
    if (seen->find(key) != nullptr) continue;
    seen->set(key, Val());
    kept.push_back(item);
  }
  return runtime.generator(std::move(kept));
}

Val extreme(Runtime& runtime, const Val& value, Args& args, std::string_view name) {
  const Bound bound(runtime, name, {"case_sensitive", "attribute"}, 0, args);
  const AttributePath path(runtime, bound[1]);
  const std::vector<Val> items = items_of(runtime, value);
  if (items.empty()) return runtime.missing(fmt::format("'{}' of an empty sequence", name));
  const auto key_of = [&](const Val& item) {
    return bound.flag(0) ? path.of(item) : ignoring_case(runtime, path.of(item));
  };
  Val best = items[0];
  Val best_key = key_of(best);
  for (std::size_t i = 1; i < items.size(); ++i) {
    Val key = key_of(items[i]);
    if (name == "min" ? !less(runtime, key, best_key) : !less(runtime, best_key, key)) continue;
    best = items[i];
    best_key = std::move(key);
  }
  return best;
}

Val min(Runtime& runtime, const Val& value, Args& args) { return extreme(runtime, value, args, "min"); }
Val max(Runtime& runtime, const Val& value, Args& args) { return extreme(runtime, value, args, "max"); }

Val sum(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "sum", {"attribute", "start"}, 0, args);
  const AttributePath path(runtime, bound[0]);
  Val total = bound.given(1) ? bound[1] : Val::integer(std::int64_t{0});
  if (total.is(Kind::kString)) fail(ErrorKind::kType, "sum() cannot add strings; use |join");
  Iterator items(runtime, value);
  Val item;
  while (items.next(item)) total = compute(runtime, Operator::kAdd, total, path.of(item));
  return total;
}

Val batch(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "batch", {"linecount", "fill_with"}, 1, args);
  const std::int64_t size = bound.integer(0, 0);
  std::vector<Val> rows;
  std::vector<Val> row;
  for (Val& item : items_of(runtime, value)) {
    if (static_cast<std::int64_t>(row.size()) == size) rows.push_back(runtime.list(std::exchange(row, {})));
    row.push_back(std::move(item));
  }
  if (!row.empty()) {
    if (bound.present(1) && static_cast<std::int64_t>(row.size()) < size) {
      runtime.about_to_make(static_cast<std::size_t>(size) * sizeof(Val));
      row.resize(static_cast<std::size_t>(size), bound[1]);
    }
    rows.push_back(runtime.list(std::move(row)));
  }
  return runtime.generator(std::move(rows));
}

Val slice(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "slice", {"slices", "fill_with"}, 1, args);
  const std::int64_t count = bound.integer(0, 0);
  if (count == 0) fail(ErrorKind::kValue, "slice(): division by zero");
  const std::vector<Val> items = items_of(runtime, value);
  if (count < 0) return runtime.generator({});
  const auto slices = static_cast<std::size_t>(count);
  runtime.about_to_make(slices * sizeof(Val));
  const std::size_t each = items.size() / slices;
  const std::size_t longer = items.size() % slices;
  std::vector<Val> columns;
  std::size_t at = 0;
  for (std::size_t i = 0; i < slices; ++i) {
    runtime.step();
    const std::size_t end = at + each + (i < longer ? 1 : 0);
    std::vector<Val> column(items.begin() + static_cast<std::ptrdiff_t>(at),
                            items.begin() + static_cast<std::ptrdiff_t>(end));
    if (bound.present(1) && i >= longer) column.push_back(bound[1]);
    columns.push_back(runtime.list(std::move(column)));
    at = end;
  }
  return runtime.generator(std::move(columns));
}

Val items(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "items", {}, 0, args);
  if (value.is(Kind::kUndefined)) return runtime.generator({});
  if (!value.is(Kind::kDict)) fail(ErrorKind::kType, fmt::format("items() needs a dict, not '{}'", type_name(value)));
  std::vector<Val> pairs;
  for (const auto& [key, each] : value.as<Dict>().entries()) pairs.push_back(runtime.tuple({key, each}));
  return runtime.generator(std::move(pairs));
}

Val groupby(Runtime& runtime, const Val& value, Args& args) {
  static constexpr std::array<std::string_view, 2> kNames = {"grouper", "list"};
  const Bound bound(runtime, "groupby", {"attribute", "default", "case_sensitive"}, 1, args);
  const AttributePath path(runtime, bound[0]);
  const Val* otherwise = bound.present(1) ? &bound[1] : nullptr;
  const std::vector<Val> unsorted = items_of(runtime, value);
  std::vector<Val> keys;
  for (const Val& item : unsorted) {
    const Val key = path.of(item, otherwise);
    keys.push_back(bound.flag(2) ? key : ignoring_case(runtime, key));
  }
  const std::vector<Val> sorted = sorted_by(runtime, unsorted, keys, Direction::kUp);
  keys = sorted_by(runtime, keys, keys, Direction::kUp);
  std::vector<Val> groups;
  for (std::size_t at = 0; at < sorted.size();) {
    std::vector<Val> members;
    const std::size_t start = at;
    do {
      members.push_back(sorted[at++]);
    } while (at < sorted.size() && equal(runtime, keys[at], keys[start]));
    // The key keeps the case that its first member has.
    const Val group = runtime.tuple({path.of(members[0], otherwise), runtime.list(std::move(members))});
    group.as<Seq>().names = &kNames;
    groups.push_back(group);
  }
  return runtime.list(std::move(groups));
}

constexpr Filter kFilters[] = {
    {"batch", batch}, {"count", length},  {"dictsort", dictsort}, {"first", first}, {"groupby", groupby},
    {"items", items}, {"last", last},     {"length", length},     {"list", list},   {"max", max},
    {"min", min},     {"random", random}, {"reverse", reverse},   {"slice", slice}, {"sort", sort},
    {"sum", sum},     {"unique", unique},
};

}  // namespace

std::span<const Filter> sequence_filters() { return kFilters; }

}  // namespace sennit::spec::tmpl
