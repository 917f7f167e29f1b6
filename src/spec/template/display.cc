#include "spec/template/display.h"

#include <fmt/format.h>

#include "spec/template/fault.h"
#include "spec/template/numbers.h"
#include "spec/template/objects.h"
#include "spec/template/runtime.h"
#include "spec/template/unicode.h"

namespace sennit::spec::tmpl {

namespace {

void append_escape(std::string& out, char32_t code) {
  switch (code) {
    case U'\n': out += "\\n"; return;
    case U'\r': out += "\\r"; return;
    case U'\t': out += "\\t"; return;
  }
  if (code < 0x100) {
    out += fmt::format("\\x{:02x}", static_cast<unsigned>(code));
  } else if (code < 0x10000) {
    out += fmt::format("\\u{:04x}", static_cast<unsigned>(code));
  } else {
    out += fmt::format("\\U{:08x}", static_cast<unsigned>(code));
  }
}

void append_items(Runtime& runtime, std::string& out, const std::vector<Val>& items) {
  bool first = true;
  for (const Val& item : items) {
    if (!first) out += ", ";
    first = false;
    append_repr(runtime, out, item);
  }
}

void append_dict(Runtime& runtime, std::string& out, const Dict& dict) {
  out += '{';
  bool first = true;
  for (const auto& [key, value] : dict.entries()) {
    if (!first) out += ", ";
    first = false;
    append_repr(runtime, out, key);
    out += ": ";
    append_repr(runtime, out, value);
  }
  out += '}';
}

void append_view(Runtime& runtime, std::string& out, const View& view) {
  constexpr std::string_view kNames[] = {"dict_keys([", "dict_values([", "dict_items(["};
  out += kNames[static_cast<std::size_t>(view.of)];
  bool first = true;
  for (const auto& [key, value] : view.dict->entries()) {
    if (!first) out += ", ";
    first = false;
    if (view.of == View::Of::kItems) out += '(';
    if (view.of != View::Of::kValues) append_repr(runtime, out, key);
    if (view.of == View::Of::kItems) out += ", ";
    if (view.of != View::Of::kKeys) append_repr(runtime, out, value);
    if (view.of == View::Of::kItems) out += ')';
  }
  out += "])";
}

void append_range(std::string& out, const Range& range) {
  out += fmt::format("range({}, {}", range.start, range.stop);
  if (range.step != 1) out += fmt::format(", {}", range.step);
  out += ')';
}

std::string big_text(const BigInt& value) {
  std::string digits = value.text(10);
  if (digits.size() > kMaxIntegerDigits) {
    fail(ErrorKind::kValue, fmt::format("an integer of more than {} digits cannot be printed", kMaxIntegerDigits));
  }
  return digits;
}

void append_container(Runtime& runtime, std::string& out, const Val& value) {
  const Runtime::Level level(runtime);
  runtime.step();
  runtime.heap().check_room(out.size());
  switch (value.kind()) {
    case Kind::kList:
      out += '[';
      append_items(runtime, out, value.as<Seq>().items);
      out += ']';
      return;
    case Kind::kTuple:
      out += '(';
      append_items(runtime, out, value.as<Seq>().items);
      out += value.as<Seq>().items.size() == 1 ? ",)" : ")";
      return;
    case Kind::kDict: return append_dict(runtime, out, value.as<Dict>());
    case Kind::kView: return append_view(runtime, out, value.as<View>());
    case Kind::kNamespace:
      out += "<Namespace ";
      append_dict(runtime, out, *value.as<Namespace>().attributes);
      out += '>';
      return;
    case Kind::kNone:
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kFloat:
    case Kind::kBuiltin:
    case Kind::kBig:
    case Kind::kString:
    case Kind::kRange:
    case Kind::kGenerator:
    case Kind::kCallable:
    case Kind::kUndefined: return;
  }
}

}  // namespace

std::string_view type_name(const Val& value) {
  switch (value.kind()) {
    case Kind::kNone: return "NoneType";
    case Kind::kBool: return "bool";
    case Kind::kInt:
    case Kind::kBig: return "int";
    case Kind::kFloat: return "float";
    case Kind::kBuiltin: return "function";
    case Kind::kString: return value.as<Str>().markup() == Markup::kSafe ? "Markup" : "str";
    case Kind::kList: return "list";
    case Kind::kTuple: return "tuple";
    case Kind::kDict: return "dict";
    case Kind::kRange: return "range";
    case Kind::kView: return "dict view";
    case Kind::kGenerator: return "generator";
    case Kind::kCallable: return value.as<Callable>().type();
    case Kind::kNamespace: return "Namespace";
    case Kind::kUndefined: return "Undefined";
  }
  return "";
}

void append_quoted(std::string& out, std::string_view text) {
  const bool double_quotes = text.find('\'') != std::string_view::npos && text.find('"') == std::string_view::npos;
  const char32_t quote = double_quotes ? U'"' : U'\'';
  append_utf8(out, quote);
  for (std::size_t at = 0; at < text.size();) {
    const Decoded next = decode(text, at);
    at += next.size;
    if (next.code == quote || next.code == U'\\') {
      out += '\\';
      append_utf8(out, next.code);
    } else if (is_printable(next.code)) {
      append_utf8(out, next.code);
    } else {
      append_escape(out, next.code);
    }
  }
  append_utf8(out, quote);
}

void append_repr(Runtime& runtime, std::string& out, const Val& value) {
  if (value.is(Kind::kString)) {
    const Str& text = value.as<Str>();
    runtime.about_to_make(text.text().size());
    if (text.markup() == Markup::kSafe) out += "Markup(";
    append_quoted(out, text.text());
    if (text.markup() == Markup::kSafe) out += ')';
    return;
  }
  if (value.is(Kind::kUndefined)) {
    out += "Undefined";
    return;
  }
  append_text(runtime, out, value);
}

void append_text(Runtime& runtime, std::string& out, const Val& value) {
  switch (value.kind()) {
    case Kind::kNone: out += "None"; return;
    case Kind::kBool: out += value.truth() ? "True" : "False"; return;
    case Kind::kInt: fmt::format_to(std::back_inserter(out), "{}", value.integer()); return;
    case Kind::kFloat: out += float_text(value.real()); return;
    case Kind::kBig: out += big_text(value.as<Big>().value); return;
    case Kind::kString:
      runtime.step(value.as<Str>().text().size() / 64);
      out += value.as<Str>().text();
      return;
    case Kind::kList:
    case Kind::kTuple:
    case Kind::kDict:
    case Kind::kView:
    case Kind::kNamespace: return append_container(runtime, out, value);
    case Kind::kRange: return append_range(out, value.as<Range>());
    case Kind::kBuiltin:
      fail(ErrorKind::kType, fmt::format("the function '{}' is printed; call it with ()", value.builtin()->name));
    case Kind::kGenerator:
      fail(ErrorKind::kType, "a generator is printed; add |list, or |join(...), to print what it yields");
    case Kind::kCallable: out += value.as<Callable>().display(); return;
    case Kind::kUndefined:
      if (value.as<Undefined>().mode == Undefined::Mode::kStrict) fail_undefined(value);
      return;
  }
}

std::string text_of(Runtime& runtime, const Val& value) {
  std::string out;
  append_text(runtime, out, value);
  return out;
}

Val soft_text(Runtime& runtime, const Val& value) {
  return value.is(Kind::kString) ? value : runtime.text(text_of(runtime, value));
}

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '\'': out += "&#39;"; break;
      case '"': out += "&#34;"; break;
      default: out += c;
    }
  }
  return out;
}

Val escaped(Runtime& runtime, const Val& value) {
  if (value.is(Kind::kString) && value.as<Str>().markup() == Markup::kSafe) return value;
  const std::string plain = text_of(runtime, value);
  runtime.about_to_make(plain.size());
  return runtime.text(escape_html(plain), Markup::kSafe);
}

}  // namespace sennit::spec::tmpl
