// The tests: x is defined, x is divisibleby 3.
#include <fmt/format.h>

#include <string>

#include "spec/template/arithmetic.h"
#include "spec/template/compare.h"
#include "spec/template/display.h"
#include "spec/template/fault.h"
#include "spec/template/filters.h"
#include "spec/template/iterate.h"
#include "spec/template/runtime.h"
#include "spec/template/unicode.h"

namespace sennit::spec::tmpl {

namespace {

void none(Runtime& runtime, Args& args, std::string_view name) { const Bound bound(runtime, name, {}, 0, args); }

Val one(Runtime& runtime, Args& args, std::string_view name) {
  const Bound bound(runtime, name, {"other"}, 1, args);
  return bound[0];
}

bool is_kind(Runtime& runtime, const Val& value, Args& args, Kind kind) {
  none(runtime, args, "the test");
  return value.is(kind);
}

bool defined(Runtime& runtime, const Val& value, Args& args) {
  none(runtime, args, "defined");
  return !value.is(Kind::kUndefined);
}
bool undefined(Runtime& runtime, const Val& value, Args& args) { return !defined(runtime, value, args); }

bool is_none(Runtime& runtime, const Val& value, Args& args) { return is_kind(runtime, value, args, Kind::kNone); }
bool is_string(Runtime& runtime, const Val& value, Args& args) { return is_kind(runtime, value, args, Kind::kString); }
bool is_float(Runtime& runtime, const Val& value, Args& args) { return is_kind(runtime, value, args, Kind::kFloat); }
bool is_boolean(Runtime& runtime, const Val& value, Args& args) { return is_kind(runtime, value, args, Kind::kBool); }
bool is_mapping(Runtime& runtime, const Val& value, Args& args) { return is_kind(runtime, value, args, Kind::kDict); }

bool is_integer(Runtime& runtime, const Val& value, Args& args) {
  none(runtime, args, "integer");
  return value.is(Kind::kInt) || value.is(Kind::kBig);
}

bool is_number(Runtime& runtime, const Val& value, Args& args) {
  return is_integer(runtime, value, args) || value.is(Kind::kFloat) || value.is(Kind::kBool);
}

bool is_true(Runtime& runtime, const Val& value, Args& args) {
  return is_boolean(runtime, value, args) && value.truth();
}
bool is_false(Runtime& runtime, const Val& value, Args& args) {
  return is_boolean(runtime, value, args) && !value.truth();
}

bool is_callable(Runtime& runtime, const Val& value, Args& args) {
  none(runtime, args, "callable");
  return value.is(Kind::kCallable) || value.is(Kind::kBuiltin) || value.is(Kind::kUndefined);
}

bool is_iterable(Runtime& runtime, const Val& value, Args& args) {
  none(runtime, args, "iterable");
  if (!iterable(value)) require_defined(value);
  return iterable(value);
}

bool is_sequence(Runtime& runtime, const Val& value, Args& args) {
  none(runtime, args, "sequence");
  switch (value.kind()) {
    case Kind::kString:
    case Kind::kList:
    case Kind::kTuple:
    case Kind::kDict:
    case Kind::kRange: return true;
    case Kind::kNone:
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kFloat:
    case Kind::kBuiltin:
    case Kind::kBig:
    case Kind::kView:
    case Kind::kGenerator:
    case Kind::kCallable:
    case Kind::kNamespace:
    case Kind::kUndefined: return false;
  }
  return false;
}

bool divisible(Runtime& runtime, const Val& value, const Val& divisor) {
  const Val rest = compute(runtime, Operator::kModulo, value, divisor);
  return equal(runtime, rest, Val::integer(std::int64_t{0}));
}

bool divisibleby(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "divisibleby", {"num"}, 1, args);
  return divisible(runtime, value, bound[0]);
}
bool even(Runtime& runtime, const Val& value, Args& args) {
  none(runtime, args, "even");
  return divisible(runtime, value, Val::integer(std::int64_t{2}));
}
bool odd(Runtime& runtime, const Val& value, Args& args) {
  none(runtime, args, "odd");
  const Val rest = compute(runtime, Operator::kModulo, value, Val::integer(std::int64_t{2}));
  return equal(runtime, rest, Val::integer(std::int64_t{1}));
}

bool eq(Runtime& runtime, const Val& value, Args& args) { return equal(runtime, value, one(runtime, args, "eq")); }
bool ne(Runtime& runtime, const Val& value, Args& args) { return !equal(runtime, value, one(runtime, args, "ne")); }
bool lt(Runtime& runtime, const Val& value, Args& args) { return less(runtime, value, one(runtime, args, "lt")); }
bool gt(Runtime& runtime, const Val& value, Args& args) { return less(runtime, one(runtime, args, "gt"), value); }
bool le(Runtime& runtime, const Val& value, Args& args) {
  return less_or_equal(runtime, value, one(runtime, args, "le"));
}
bool ge(Runtime& runtime, const Val& value, Args& args) {
  return less_or_equal(runtime, one(runtime, args, "ge"), value);
}
bool in(Runtime& runtime, const Val& value, Args& args) { return contains(runtime, one(runtime, args, "in"), value); }

bool sameas(Runtime& runtime, const Val& value, Args& args) {
  const Val other = one(runtime, args, "sameas");
  if (value.kind() != other.kind()) return false;
  if (!value.on_heap()) {
    if (value.is(Kind::kFloat)) return value.real() == other.real();
    return value.is(Kind::kNone) || value.integer() == other.integer();
  }
  // Equal texts are the same object in Python when they are short constants; templates cannot tell, so any are.
  if (value.is(Kind::kString)) return value.as<Str>().text() == other.as<Str>().text();
  return value.object() == other.object();
}

bool cased(Runtime& runtime, const Val& value, Args& args, bool (*wanted)(char32_t), bool (*other)(char32_t)) {
  none(runtime, args, "the test");
  const std::string text = text_of(runtime, value);
  bool any = false;
  for (std::size_t at = 0; at < text.size();) {
    const Decoded next = decode(text, at);
    if (other(next.code)) return false;
    any = any || wanted(next.code);
    at += next.size;
  }
  return any;
}

bool lower(Runtime& runtime, const Val& value, Args& args) { return cased(runtime, value, args, is_lower, is_upper); }
bool upper(Runtime& runtime, const Val& value, Args& args) { return cased(runtime, value, args, is_upper, is_lower); }

bool is_escaped(Runtime& runtime, const Val& value, Args& args) {
  none(runtime, args, "escaped");
  return value.is(Kind::kString) && value.as<Str>().markup() == Markup::kSafe;
}

bool is_filter(Runtime& runtime, const Val& value, Args& args) {
  none(runtime, args, "filter");
  hash_of(value);  // Jinja looks it up in a dict, so what cannot be a key is an error
  return value.is(Kind::kString) && find_filter(value.as<Str>().text()) != nullptr;
}

bool is_test(Runtime& runtime, const Val& value, Args& args) {
  none(runtime, args, "test");
  hash_of(value);
  return value.is(Kind::kString) && find_test(value.as<Str>().text()) != nullptr;
}

constexpr Test kTests[] = {
    {"!=", ne},
    {"<", lt},
    {"<=", le},
    {"==", eq},
    {">", gt},
    {">=", ge},
    {"boolean", is_boolean},
    {"callable", is_callable},
    {"defined", defined},
    {"divisibleby", divisibleby},
    {"eq", eq},
    {"equalto", eq},
    {"escaped", is_escaped},
    {"even", even},
    {"false", is_false},
    {"filter", is_filter},
    {"float", is_float},
    {"ge", ge},
    {"greaterthan", gt},
    {"gt", gt},
    {"in", in},
    {"integer", is_integer},
    {"iterable", is_iterable},
    {"le", le},
    {"lessthan", lt},
    {"lower", lower},
    {"lt", lt},
    {"mapping", is_mapping},
    {"ne", ne},
    {"none", is_none},
    {"number", is_number},
    {"odd", odd},
    {"sameas", sameas},
    {"sequence", is_sequence},
    {"string", is_string},
    {"test", is_test},
    {"true", is_true},
    {"undefined", undefined},
    {"upper", upper},
};

}  // namespace

const Test* find_test(std::string_view name) {
  for (const Test& test : kTests) {
    if (test.name == name) return &test;
  }
  return nullptr;
}

std::vector<std::string_view> test_names() {
  std::vector<std::string_view> names;
  for (const Test& test : kTests) names.push_back(test.name);
  return names;
}

}  // namespace sennit::spec::tmpl
