#include "spec/template/json_text.h"

#include <fmt/format.h>

#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "spec/template/display.h"
#include "spec/template/fault.h"
#include "spec/template/numbers.h"
#include "spec/template/runtime.h"
#include "spec/template/sorting.h"
#include "spec/template/unicode.h"

namespace sennit::spec::tmpl {

namespace {

void append_code_unit(std::string& out, unsigned unit) { out += fmt::format("\\u{:04x}", unit); }

void append_string(std::string& out, std::string_view text) {
  constexpr std::string_view kSpecial = "\"\\\n\r\t\f\b";
  constexpr std::string_view kLetters = "\"\\nrtfb";
  out += '"';
  for (std::size_t at = 0; at < text.size();) {
    const Decoded next = decode(text, at);
    at += next.size;
    const char c = next.code < 0x80 ? static_cast<char>(next.code) : '\0';
    const std::size_t special = c == '\0' ? std::string_view::npos : kSpecial.find(c);
    if (special != std::string_view::npos) {
      out += '\\';
      out += kLetters[special];
    } else if (next.code >= 0x10000) {
      const auto rest = static_cast<unsigned>(next.code) - 0x10000;
      append_code_unit(out, 0xd800 + (rest >> 10U));
      append_code_unit(out, 0xdc00 + (rest & 0x3ffU));
    } else if (next.code < 0x20 || next.code >= 0x7f || c == '<' || c == '>' || c == '&' || c == '\'') {
      append_code_unit(out, static_cast<unsigned>(next.code));
    } else {
      out += c;
    }
  }
  out += '"';
}

std::string float_json(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return float_text(value);
}

class Writer {
 public:
  Writer(Runtime& runtime, const JsonLayout& layout) : runtime_(runtime), layout_(layout) {}

  void write(const Val& value, std::size_t depth) {
    const Runtime::Level level(runtime_);
    runtime_.step();
    runtime_.heap().check_room(out.size());
    require_defined(value);
    switch (value.kind()) {
      case Kind::kNone: out += "null"; return;
      case Kind::kBool: out += value.truth() ? "true" : "false"; return;
      case Kind::kInt:
      case Kind::kBig: append_text(runtime_, out, value); return;
      case Kind::kFloat: out += float_json(value.real()); return;
      case Kind::kString: append_string(out, value.as<Str>().text()); return;
      case Kind::kList:
      case Kind::kTuple: return write_items(value.as<Seq>().items, depth);
      case Kind::kDict: return write_dict(value.as<Dict>(), depth);
      case Kind::kRange:
      case Kind::kView:
      case Kind::kGenerator:
      case Kind::kBuiltin:
      case Kind::kCallable:
      case Kind::kNamespace:
      case Kind::kUndefined: break;
    }
    fail(ErrorKind::kType, fmt::format("a {} cannot be written as JSON", type_name(value)));
  }

  std::string out;

 private:
  void separate(bool first, std::size_t depth) {
    if (!first) out += layout_.lines == JsonLayout::Lines::kMany ? "," : ", ";
    line(depth);
  }

  void line(std::size_t depth) {
    if (layout_.lines == JsonLayout::Lines::kOne) return;
    out += '\n';
    for (std::size_t i = 0; i < depth; ++i) out += layout_.indent;
  }

  void write_items(const std::vector<Val>& items, std::size_t depth) {
    out += '[';
    for (std::size_t i = 0; i < items.size(); ++i) {
      separate(i == 0, depth + 1);
      write(items[i], depth + 1);
    }
    if (!items.empty()) line(depth);
    out += ']';
  }

  std::string key_text(const Val& key) {
    if (key.is(Kind::kString)) return key.as<Str>().text();
    if (key.is(Kind::kNone)) return "null";
    if (key.is(Kind::kBool)) return key.truth() ? "true" : "false";
    if (key.is(Kind::kFloat)) return float_json(key.real());
    if (key.is(Kind::kInt) || key.is(Kind::kBig)) return text_of(runtime_, key);
    fail(ErrorKind::kType, fmt::format("a {} cannot be a key in JSON", type_name(key)));
  }

  void write_dict(const Dict& dict, std::size_t depth) {
    std::vector<Val> keys;
    std::vector<Val> values;
    for (const auto& [key, value] : dict.entries()) {
      keys.push_back(key);
      values.push_back(value);
    }
    values = sorted_by(runtime_, values, keys, Direction::kUp);
    keys = sorted_by(runtime_, keys, keys, Direction::kUp);
    out += '{';
    for (std::size_t i = 0; i < keys.size(); ++i) {
      separate(i == 0, depth + 1);
      append_string(out, key_text(keys[i]));
      out += ": ";
      write(values[i], depth + 1);
    }
    if (!keys.empty()) line(depth);
    out += '}';
  }

  Runtime& runtime_;
  const JsonLayout& layout_;
};

}  // namespace

std::string json_text(Runtime& runtime, const Val& value, const JsonLayout& layout) {
  Writer writer(runtime, layout);
  writer.write(value, 0);
  return std::move(writer.out);
}

}  // namespace sennit::spec::tmpl
