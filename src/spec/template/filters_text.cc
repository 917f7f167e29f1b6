// Filters on texts.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "spec/template/access.h"
#include "spec/template/compare.h"
#include "spec/template/display.h"
#include "spec/template/fault.h"
#include "spec/template/filter_tables.h"
#include "spec/template/iterate.h"
#include "spec/template/percent_format.h"
#include "spec/template/runtime.h"
#include "spec/template/sorting.h"
#include "spec/template/text_methods.h"
#include "spec/template/unicode.h"

namespace sennit::spec::tmpl {

namespace {

const std::string& text_in(const Val& value) { return value.as<Str>().text(); }

// The value as a text, and a result that is safe where the value was.
struct Soft {
  Soft(Runtime& given, const Val& value) : runtime(given), text(soft_text(given, value)) {
    runtime.step(text.as<Str>().text().size() / 64);
  }
  const std::string& in() const { return text.as<Str>().text(); }
  Val out(std::string result) const { return runtime.text(std::move(result), text.as<Str>().markup()); }

  Runtime& runtime;
  Val text;
};

Val upper(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "upper", {}, 0, args);
  const Soft soft(runtime, value);
  return soft.out(to_upper(soft.in()));
}

Val lower(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "lower", {}, 0, args);
  const Soft soft(runtime, value);
  return soft.out(to_lower(soft.in()));
}

Val capitalize(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "capitalize", {}, 0, args);
  const Soft soft(runtime, value);
  return soft.out(capitalized(soft.in()));
}

// Unlike str.title(), words begin only after spaces, dashes and opening brackets.
Val title(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "title", {}, 0, args);
  const Soft soft(runtime, value);
  std::string out;
  bool start = true;
  for (std::size_t at = 0; at < soft.in().size();) {
    const Decoded next = decode(soft.in(), at);
    at += next.size;
    const bool separates = is_space(next.code) || next.code == U'-' || next.code == U'(' || next.code == U'{' ||
                           next.code == U'[' || next.code == U'<';
    start ? append_upper(out, next.code) : append_lower(out, next.code);
    start = separates;
  }
  return soft.out(std::move(out));
}

Val trim(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "trim", {"chars"}, 0, args);
  const Soft soft(runtime, value);
  Args inner;
  if (bound.given(0)) inner.positional.push_back(bound[0]);
  return find_text_method("strip")->call(runtime, soft.text, inner);
}

Val string(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "string", {}, 0, args);
  return soft_text(runtime, value);
}

Val replace(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "replace", {"old", "new", "count"}, 2, args);
  const std::int64_t most = bound.present(2) ? bound.integer(2, -1) : -1;
  if (!runtime.autoescape()) {
    return runtime.text(
        replaced(runtime, text_of(runtime, value), text_of(runtime, bound[0]), text_of(runtime, bound[1]), most));
  }
  const auto safe = [](const Val& v) { return v.is(Kind::kString) && v.as<Str>().markup() == Markup::kSafe; };
  const Val text = safe(bound[0]) || safe(bound[1]) ? escaped(runtime, value) : soft_text(runtime, value);
  const Val from = safe(text) ? escaped(runtime, bound[0]) : soft_text(runtime, bound[0]);
  const Val to = safe(text) ? escaped(runtime, bound[1]) : soft_text(runtime, bound[1]);
  return runtime.text(replaced(runtime, text_in(text), text_in(from), text_in(to), most), text.as<Str>().markup());
}

Val format(Runtime& runtime, const Val& value, Args& args) {
  const Val text = soft_text(runtime, value);
  if (!args.named.empty() && !args.positional.empty()) {
    fail(ErrorKind::kType, "format() takes positional or named arguments, not both");
  }
  if (args.named.empty()) return percent_format(runtime, text, runtime.tuple(args.positional));
  const Ref<Dict> named = runtime.dict();
  for (const auto& [name, argument] : args.named) named->set(runtime.text(name), argument);
  return percent_format(runtime, text, named);
}

Val join(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "join", {"d", "attribute"}, 0, args);
  const AttributePath path(runtime, bound[1]);
  std::vector<Val> items;
  bool safe = bound.given(0) && bound[0].is(Kind::kString) && bound[0].as<Str>().markup() == Markup::kSafe;
  Iterator iterator(runtime, value);
  Val item;
  while (iterator.next(item)) {
    items.push_back(path.of(item));
    safe = safe || (items.back().is(Kind::kString) && items.back().as<Str>().markup() == Markup::kSafe);
  }
  safe = safe && runtime.autoescape();
  std::string separator;
  if (bound.given(0)) append_text(runtime, separator, safe ? escaped(runtime, bound[0]) : bound[0]);
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += separator;
    append_text(runtime, out, safe ? escaped(runtime, items[i]) : items[i]);
    runtime.heap().check_room(out.size());
  }
  runtime.step(out.size() / 64);
  return runtime.text(std::move(out), safe ? Markup::kSafe : Markup::kPlain);
}

Val wordcount(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "wordcount", {}, 0, args);
  const Soft soft(runtime, value);
  std::size_t words = 0;
  bool inside = false;
  for (std::size_t at = 0; at < soft.in().size();) {
    const Decoded next = decode(soft.in(), at);
    at += next.size;
    if (is_word(next.code) && !inside) ++words;
    inside = is_word(next.code);
  }
  return Val::integer(words);
}

Val standard(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "default", {"default_value", "boolean"}, 0, args);
  const bool replace_it = value.is(Kind::kUndefined) || (bound.flag(1) && !truthy(value));
  if (!replace_it) return value;
  return bound.given(0) ? bound[0] : runtime.text("");
}

constexpr Filter kFilters[] = {
    {"capitalize", capitalize}, {"d", standard},          {"default", standard}, {"format", format}, {"join", join},
    {"lower", lower},           {"replace", replace},     {"string", string},    {"title", title},   {"trim", trim},
    {"upper", upper},           {"wordcount", wordcount},
};

}  // namespace

std::span<const Filter> text_filters() { return kFilters; }

}  // namespace sennit::spec::tmpl
