// Filters that take other filters and tests: map, select, selectattr and their opposites; and attr.
#include <fmt/format.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "spec/template/access.h"
#include "spec/template/compare.h"
#include "spec/template/display.h"
#include "spec/template/fault.h"
#include "spec/template/filter_tables.h"
#include "spec/template/iterate.h"
#include "spec/template/runtime.h"
#include "spec/template/sorting.h"

namespace sennit::spec::tmpl {

namespace {

std::string name_in(const Val& value, std::string_view filter) {
  require_defined(value);
  if (!value.is(Kind::kString)) {
    fail(ErrorKind::kType, fmt::format("{}() needs the name of a filter or test, not '{}'", filter, type_name(value)));
  }
  return value.as<Str>().text();
}

Val map_attribute(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "map", {"attribute", "default"}, 0, args);
  const AttributePath path(runtime, bound[0]);
  std::vector<Val> mapped;
  for (const Val& item : items_of(runtime, value)) {
    mapped.push_back(path.of(item, bound.present(1) ? &bound[1] : nullptr));
  }
  return runtime.generator(std::move(mapped));
}

Val map(Runtime& runtime, const Val& value, Args& args) {
  if (!value.is(Kind::kUndefined) && !truthy(value)) return runtime.generator({});
  if (args.positional.empty() && args.find("attribute") != nullptr) return map_attribute(runtime, value, args);
  if (args.positional.empty()) fail(ErrorKind::kType, "map() needs the name of a filter, or attribute=...");
  const Filter& filter = need_filter(name_in(args.positional[0], "map"));
  args.drop_first();
  std::vector<Val> mapped;
  for (const Val& item : items_of(runtime, value)) {
    Args each = args;
    mapped.push_back(filter.apply(runtime, item, each));
  }
  return runtime.generator(std::move(mapped));
}

enum class Keep : std::uint8_t { kMatching, kOthers };
enum class Look : std::uint8_t { kAtItem, kAtAttribute };

Val choose(Runtime& runtime, const Val& value, Args& args, Keep keep, Look look) {
  if (!truthy(value)) return runtime.generator({});
  Val attribute;
  if (look == Look::kAtAttribute) {
    if (args.positional.empty()) fail(ErrorKind::kType, "the name of an attribute is missing");
    attribute = args.positional[0];
    args.drop_first();
  }
  const AttributePath path(runtime, attribute);
  const Test* test = nullptr;
  if (!args.positional.empty()) {
    test = &need_test(name_in(args.positional[0], "select"));
    args.drop_first();
  }
  std::vector<Val> kept;
  for (const Val& item : items_of(runtime, value)) {
    const Val examined = path.of(item);
    Args each = args;
    const bool matches = test == nullptr ? truthy(examined) : test->holds(runtime, examined, each);
    if (matches == (keep == Keep::kMatching)) kept.push_back(item);
  }
  return runtime.generator(std::move(kept));
}

Val select(Runtime& runtime, const Val& value, Args& args) {
  return choose(runtime, value, args, Keep::kMatching, Look::kAtItem);
}
Val reject(Runtime& runtime, const Val& value, Args& args) {
  return choose(runtime, value, args, Keep::kOthers, Look::kAtItem);
}
Val selectattr(Runtime& runtime, const Val& value, Args& args) {
  return choose(runtime, value, args, Keep::kMatching, Look::kAtAttribute);
}
Val rejectattr(Runtime& runtime, const Val& value, Args& args) {
  return choose(runtime, value, args, Keep::kOthers, Look::kAtAttribute);
}

Val attr(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "attr", {"name"}, 1, args);
  return own_attribute(runtime, value, text_of(runtime, bound[0]));
}

constexpr Filter kFilters[] = {
    {"attr", attr},     {"map", map},
    {"reject", reject}, {"rejectattr", rejectattr},
    {"select", select}, {"selectattr", selectattr},
};

}  // namespace

std::span<const Filter> selection_filters() { return kFilters; }

}  // namespace sennit::spec::tmpl
