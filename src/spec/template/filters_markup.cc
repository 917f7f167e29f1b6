// Filters for HTML, URLs and JSON.
#include <fmt/format.h>

#include <string>
#include <utility>

#include "spec/template/compare.h"
#include "spec/template/display.h"
#include "spec/template/fault.h"
#include "spec/template/filter_tables.h"
#include "spec/template/iterate.h"
#include "spec/template/json_text.h"
#include "spec/template/runtime.h"
#include "spec/template/unicode.h"

namespace sennit::spec::tmpl {

namespace {

Val escape(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "escape", {}, 0, args);
  return escaped(runtime, value);
}

Val forceescape(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "forceescape", {}, 0, args);
  return runtime.text(escape_html(text_of(runtime, value)), Markup::kSafe);
}

Val safe(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "safe", {}, 0, args);
  return runtime.text(text_of(runtime, value), Markup::kSafe);
}

Val tojson(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "tojson", {"indent"}, 0, args);
  std::string indent;
  if (bound.present(0)) {
    if (bound[0].is(Kind::kString)) {
      indent = bound.text(0, "");
    } else {
      const std::int64_t width = bound.integer(0, 0);
      indent.assign(width > 0 ? static_cast<std::size_t>(std::min<std::int64_t>(width, 1000)) : 0, ' ');
    }
  }
  const JsonLayout layout{bound.present(0) ? JsonLayout::Lines::kMany : JsonLayout::Lines::kOne, indent};
  return runtime.text(json_text(runtime, value, layout), Markup::kSafe);
}

// Percent-encodes all but letters, digits and -._~ and, in a path, the slash.
void append_quoted_url(std::string& out, std::string_view text, bool form) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain =
        byte < 0x80 && (is_alpha(byte) || is_digit(byte) || c == '-' || c == '.' || c == '_' || c == '~');
    if (plain || (c == '/' && !form)) {
      out += c;
    } else if (c == ' ' && form) {
      out += '+';
    } else {
      out += fmt::format("%{:02X}", byte);
    }
  }
}

Val urlencode(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "urlencode", {}, 0, args);
  std::string out;
  if (value.is(Kind::kString) || !iterable(value)) {
    append_quoted_url(out, text_of(runtime, value), false);
    return runtime.text(std::move(out));
  }
  const auto add = [&](const Val& key, const Val& each) {
    if (!out.empty()) out += '&';
    append_quoted_url(out, text_of(runtime, key), true);
    out += '=';
    append_quoted_url(out, text_of(runtime, each), true);
    runtime.heap().check_room(out.size());
  };
  if (value.is(Kind::kDict)) {
    for (const auto& [key, each] : value.as<Dict>().entries()) add(key, each);
    return runtime.text(std::move(out));
  }
  for (const Val& pair : items_of(runtime, value)) {
    const std::vector<Val> parts = items_of(runtime, pair);
    if (parts.size() != 2) fail(ErrorKind::kValue, "urlencode() needs pairs");
    add(parts[0], parts[1]);
  }
  return runtime.text(std::move(out));
}

Val xmlattr(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "xmlattr", {"autospace"}, 0, args);
  require_defined(value);
  if (!value.is(Kind::kDict)) fail(ErrorKind::kType, fmt::format("xmlattr() needs a dict, not '{}'", type_name(value)));
  std::string out;
  for (const auto& [key, each] : value.as<Dict>().entries()) {
    if (each.is(Kind::kNone) || each.is(Kind::kUndefined)) continue;
    if (!key.is(Kind::kString)) fail(ErrorKind::kType, "xmlattr() needs strings as keys");
    const std::string& name = key.as<Str>().text();
    if (name.find_first_of(" \t\n\r\f\v/>=") != std::string::npos) {
      fail(ErrorKind::kValue, fmt::format("'{}' is not the name of an attribute", name));
    }
    if (!out.empty()) out += ' ';
    out += text_of(runtime, escaped(runtime, key)) + "=\"" + text_of(runtime, escaped(runtime, each)) + '"';
    runtime.heap().check_room(out.size());
  }
  if (!out.empty() && (!bound.given(0) || bound.flag(0))) out.insert(out.begin(), ' ');
  return runtime.text(std::move(out), runtime.autoescape() ? Markup::kSafe : Markup::kPlain);
}

std::string without_tags(std::string text) {
  // Comments first, for they may contain tags.
  for (std::size_t at = text.find("<!--"); at != std::string::npos; at = text.find("<!--")) {
    const std::size_t end = text.find("-->", at);
    if (end == std::string::npos) break;
    text.erase(at, end + 3 - at);
  }
  for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<')) {
    const std::size_t end = text.find('>', at);
    if (end == std::string::npos) break;
    text.erase(at, end + 1 - at);
  }
  return text;
}

std::string unescape_html(std::string_view text) {
  constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"&amp;", "&"},  {"&lt;", "<"},    {"&gt;", ">"},        {"&#39;", "'"},
      {"&#34;", "\""}, {"&quot;", "\""}, {"&nbsp;", "\u00a0"},
  };
  std::string out;
  while (!text.empty()) {
    std::size_t size = 1;
    std::string_view meaning = text.substr(0, 1);
    for (const auto& [name, character] : kNames) {
      if (!text.starts_with(name)) continue;
      size = name.size();
      meaning = character;
    }
    out += meaning;
    text.remove_prefix(size);
  }
  return out;
}

Val striptags(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "striptags", {}, 0, args);
  const std::string bare = without_tags(text_of(runtime, value));
  std::string out;
  for (std::string_view rest = strip(bare); !rest.empty(); rest = strip_left(rest)) {
    if (!out.empty()) out += ' ';
    std::size_t end = 0;
    while (end < rest.size() && !is_space(decode(rest, end).code)) end += decode(rest, end).size;
    out += rest.substr(0, end);
    rest.remove_prefix(end);
  }
  runtime.step(bare.size() / 16);
  return runtime.text(unescape_html(out));
}

Val urlize(Runtime& /*runtime*/, const Val& /*value*/, Args& /*args*/) {
  fail(ErrorKind::kUnsupported, "the filter 'urlize' makes HTML links, which a workflow has no use for");
}

constexpr Filter kFilters[] = {
    {"e", escape},
    {"escape", escape},
    {"forceescape", forceescape},
    {"safe", safe},
    {"striptags", striptags},
    {"tojson", tojson},
    {"urlencode", urlencode},
    {"urlize", urlize},
    {"xmlattr", xmlattr},
};

}  // namespace

std::span<const Filter> markup_filters() { return kFilters; }

}  // namespace sennit::spec::tmpl
