#include "spec/template/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <compare>
#include <functional>

#include "spec/template/display.h"
#include "spec/template/fault.h"
#include "spec/template/iterate.h"
#include "spec/template/objects.h"
#include "spec/template/runtime.h"

namespace sennit::spec::tmpl {

namespace {

bool numeric(const Val& v) { return v.is(Kind::kInt) || v.is(Kind::kBool) || v.is(Kind::kFloat) || v.is(Kind::kBig); }

BigInt widened(const Val& v) { return v.is(Kind::kBig) ? v.as<Big>().value : BigInt(v.integer()); }

std::partial_ordering order_with_float(const Val& v, double real) {
  if (v.is(Kind::kFloat)) return v.real() <=> real;
  if (std::isnan(real)) return std::partial_ordering::unordered;
  if (std::isinf(real)) return real > 0 ? std::partial_ordering::less : std::partial_ordering::greater;
  // Exact: an integer and a float near it may differ in a bit that a double cannot hold.
  const auto whole = widened(v) <=> BigInt::truncate(real);
  if (whole != 0) return whole;
  return 0.0 <=> (real - std::trunc(real));
}

std::partial_ordering order_numbers(const Val& a, const Val& b) {
  if (b.is(Kind::kFloat)) return order_with_float(a, b.real());
  if (a.is(Kind::kFloat)) return 0 <=> order_with_float(b, a.real());
  if (a.is(Kind::kBig) || b.is(Kind::kBig)) return widened(a) <=> widened(b);
  return a.integer() <=> b.integer();
}

bool both(const Val& a, const Val& b, Kind kind) { return a.is(kind) && b.is(kind); }

bool equal_sequences(Runtime& runtime, const Seq& a, const Seq& b) {
  if (a.items.size() != b.items.size()) return false;
  for (std::size_t i = 0; i < a.items.size() && i < b.items.size(); ++i) {
    if (!equal(runtime, a.items[i], b.items[i])) return false;
  }
  return true;
}

bool equal_dicts(Runtime& runtime, const Dict& a, const Dict& b) {
  if (a.entries().size() != b.entries().size()) return false;
  for (const auto& [key, value] : a.entries()) {
    const Val* other = b.find(key);
    if (other == nullptr || !equal(runtime, value, *other)) return false;
  }
  return true;
}

bool equal_ranges(const Range& a, const Range& b) {
  if (a.size() != b.size()) return false;
  return a.size() == 0 || (a.start == b.start && (a.size() == 1 || a.step == b.step));
}

bool less_sequences(Runtime& runtime, const Seq& a, const Seq& b) {
  for (std::size_t i = 0; i < a.items.size() && i < b.items.size(); ++i) {
    if (!equal(runtime, a.items[i], b.items[i])) return less(runtime, a.items[i], b.items[i]);
  }
  return a.items.size() < b.items.size();
}

std::uint64_t mix(std::uint64_t seed, std::uint64_t value) {
  return seed ^ (value + 0x9e3779b97f4a7c15U + (seed << 6U) + (seed >> 2U));
}

bool undefined_equal(const Val& a, const Val& b) {
  for (const Val* side : {&a, &b}) {
    if (side->is(Kind::kUndefined) && side->as<Undefined>().mode == Undefined::Mode::kStrict) fail_undefined(*side);
  }
  return both(a, b, Kind::kUndefined);
}

// Keys have no Runtime at hand to count levels with; nobody means keys as deep as this.
constexpr int kDeepestKey = 100;

[[noreturn]] void fail_deep_key() {
  fail(ErrorKind::kLimit, fmt::format("a tuple nested more than {} levels deep cannot be a key", kDeepestKey));
}

bool same(const Val& a, const Val& b) { return a.on_heap() && b.on_heap() && a.object() == b.object(); }

bool equal_ranges_or_tuples(const Val& a, const Val& b, int depth);

bool equal_keys(const Val& a, const Val& b, int depth) {
  if (numeric(a) && numeric(b)) return order_numbers(a, b) == std::partial_ordering::equivalent;
  if (a.kind() != b.kind()) return false;
  if (same(a, b) || a.is(Kind::kNone) || a.is(Kind::kUndefined)) return true;
  if (a.is(Kind::kString)) return a.as<Str>().text() == b.as<Str>().text();
  if (a.is(Kind::kBuiltin)) return a.builtin() == b.builtin();
  return equal_ranges_or_tuples(a, b, depth);
}

bool equal_ranges_or_tuples(const Val& a, const Val& b, int depth) {
  if (a.is(Kind::kRange)) return equal_ranges(a.as<Range>(), b.as<Range>());
  if (!a.is(Kind::kTuple)) return false;
  if (depth > kDeepestKey) fail_deep_key();
  const auto& left = a.as<Seq>().items;
  const auto& right = b.as<Seq>().items;
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [depth](const Val& x, const Val& y) { return equal_keys(x, y, depth + 1); });
}

std::uint64_t hash_float(double real) {
  // A float equal to an integer is the same key; beyond 64 bits both go by the approximate value.
  if (real == std::trunc(real) && std::abs(real) < 9.2e18) {
    return mix(2, static_cast<std::uint64_t>(static_cast<std::int64_t>(real)));
  }
  return std::hash<double>{}(real);
}

std::uint64_t hash_key(const Val& key, int depth) {
  if (depth > kDeepestKey) fail_deep_key();
  switch (key.kind()) {
    case Kind::kNone: return 1;
    case Kind::kBool:
    case Kind::kInt: {
      const std::int64_t whole = key.integer();
      if (whole >= 9'200'000'000'000'000'000 || whole <= -9'200'000'000'000'000'000) {
        return hash_float(static_cast<double>(whole));
      }
      return mix(2, static_cast<std::uint64_t>(whole));
    }
    case Kind::kFloat: return hash_float(key.real());
    case Kind::kBig: return hash_float(key.as<Big>().value.approximate());
    case Kind::kString: return hash_of(key.as<Str>().text());
    case Kind::kTuple: {
      std::uint64_t hash = 3;
      for (const Val& item : key.as<Seq>().items) hash = mix(hash, hash_key(item, depth + 1));
      return hash;
    }
    case Kind::kRange: return mix(4, key.as<Range>().size());
    case Kind::kBuiltin: return std::hash<const void*>{}(key.builtin());
    case Kind::kGenerator:
    case Kind::kCallable:
    case Kind::kNamespace: return std::hash<const void*>{}(key.object());
    case Kind::kUndefined:
      if (key.as<Undefined>().mode == Undefined::Mode::kStrict) fail_undefined(key);
      return 5;
    case Kind::kList:
    case Kind::kDict:
    case Kind::kView: break;
  }
  fail(ErrorKind::kType, fmt::format("'{}' cannot be a key: it is not hashable", type_name(key)));
}

}  // namespace

bool equal(Runtime& runtime, const Val& a, const Val& b) {
  if (a.is(Kind::kUndefined) || b.is(Kind::kUndefined)) return undefined_equal(a, b);
  if (numeric(a) && numeric(b)) return order_numbers(a, b) == std::partial_ordering::equivalent;
  if (a.kind() != b.kind()) return false;
  if (same(a, b)) return true;
  switch (a.kind()) {
    case Kind::kNone: return true;
    case Kind::kString: return a.as<Str>().text() == b.as<Str>().text();
    case Kind::kList:
    case Kind::kTuple: {
      const Runtime::Level level(runtime);
      runtime.step();
      return equal_sequences(runtime, a.as<Seq>(), b.as<Seq>());
    }
    case Kind::kDict: {
      const Runtime::Level level(runtime);
      runtime.step();
      return equal_dicts(runtime, a.as<Dict>(), b.as<Dict>());
    }
    case Kind::kRange: return equal_ranges(a.as<Range>(), b.as<Range>());
    case Kind::kBuiltin: return a.builtin() == b.builtin();
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kFloat:
    case Kind::kBig:
    case Kind::kView:
    case Kind::kGenerator:
    case Kind::kCallable:
    case Kind::kNamespace:
    case Kind::kUndefined: return false;
  }
  return false;
}

bool less(Runtime& runtime, const Val& a, const Val& b) {
  require_defined(a);
  require_defined(b);
  if (numeric(a) && numeric(b)) return order_numbers(a, b) == std::partial_ordering::less;
  if (both(a, b, Kind::kString)) return a.as<Str>().text() < b.as<Str>().text();  // UTF-8 sorts as code points do
  if (both(a, b, Kind::kList) || both(a, b, Kind::kTuple)) {
    const Runtime::Level level(runtime);
    runtime.step();
    return less_sequences(runtime, a.as<Seq>(), b.as<Seq>());
  }
  fail(ErrorKind::kType, fmt::format("cannot order '{}' and '{}'", type_name(a), type_name(b)));
}

bool less_or_equal(Runtime& runtime, const Val& a, const Val& b) {
  if (less(runtime, a, b)) return true;
  return equal(runtime, a, b);
}

bool contains(Runtime& runtime, const Val& container, const Val& item) {
  require_defined(container);
  if (container.is(Kind::kString)) {
    require_defined(item);
    if (!item.is(Kind::kString)) {
      fail(ErrorKind::kType, fmt::format("'in <string>' needs a string on the left, not '{}'", type_name(item)));
    }
    runtime.step(container.as<Str>().text().size() / 64);
    return container.as<Str>().text().find(item.as<Str>().text()) != std::string::npos;
  }
  if (container.is(Kind::kDict)) return container.as<Dict>().find(item) != nullptr;
  if (container.is(Kind::kView) && container.as<View>().of == View::Of::kKeys) {
    return container.as<View>().dict->find(item) != nullptr;
  }
  Iterator items(runtime, container);
  Val each;
  while (items.next(each)) {
    if (same(each, item) || equal(runtime, each, item)) return true;
  }
  return false;
}

bool truthy(const Val& value) {
  switch (value.kind()) {
    case Kind::kNone: return false;
    case Kind::kBool: return value.truth();
    case Kind::kInt: return value.integer() != 0;
    case Kind::kFloat: return value.real() != 0;
    case Kind::kString: return !value.as<Str>().text().empty();
    case Kind::kList:
    case Kind::kTuple: return !value.as<Seq>().items.empty();
    case Kind::kDict: return !value.as<Dict>().entries().empty();
    case Kind::kRange: return value.as<Range>().size() != 0;
    case Kind::kView: return !value.as<View>().dict->entries().empty();
    case Kind::kUndefined:
      if (value.as<Undefined>().mode == Undefined::Mode::kStrict) fail_undefined(value);
      return false;
    case Kind::kBig:
    case Kind::kBuiltin:
    case Kind::kGenerator:
    case Kind::kCallable:
    case Kind::kNamespace: return true;
  }
  return true;
}

bool keys_equal(const Val& a, const Val& b) { return equal_keys(a, b, 0); }

std::uint64_t hash_of(std::string_view text) { return std::hash<std::string_view>{}(text); }

std::uint64_t hash_of(const Val& key) { return hash_key(key, 0); }

}  // namespace sennit::spec::tmpl
