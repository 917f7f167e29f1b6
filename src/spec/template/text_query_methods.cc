#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "spec/template/display.h"
#include "spec/template/fault.h"
#include "spec/template/objects.h"
#include "spec/template/runtime.h"
#include "spec/template/text_methods.h"
#include "spec/template/unicode.h"

namespace sennit::spec::tmpl {

namespace {

const std::string& text_in(const Val& self) { return self.as<Str>().text(); }

// The part of a text that optional start and end arguments select, and where it begins, in bytes.
struct Window {
  std::string_view text;
  std::size_t begin;
};

Window window_of(const Val& self, const Bound& bound) {
  const Str& whole = self.as<Str>();
  const auto length = static_cast<std::int64_t>(whole.length());
  const auto place = [&](std::size_t i, std::int64_t open) {
    std::int64_t index = bound.present(i) ? bound.integer(i, open) : open;
    if (index < 0) index += length;
    return std::max<std::int64_t>(index, 0);
  };
  const std::int64_t from = place(1, 0);
  const std::int64_t to = std::min(place(2, length), length);
  if (from > to) return {{}, std::string::npos};
  const std::size_t begin = byte_offset(whole.text(), static_cast<std::size_t>(from));
  const std::size_t end = byte_offset(whole.text(), static_cast<std::size_t>(to));
  return {std::string_view(whole.text()).substr(begin, end - begin), begin};
}

enum class From : std::uint8_t { kLeft, kRight };

std::int64_t position_in(Runtime& runtime, const Val& self, Args& args, std::string_view name, From from) {
  const Bound bound(runtime, name, {"sub", "start", "end"}, 1, args);
  const Window window = window_of(self, bound);
  if (window.begin == std::string::npos) return -1;
  runtime.step(window.text.size() / 64);
  const std::string sought = bound.text(0, "");
  const std::size_t found = from == From::kLeft ? window.text.find(sought) : window.text.rfind(sought);
  if (found == std::string_view::npos) return -1;
  return static_cast<std::int64_t>(count_code_points(text_in(self).substr(0, window.begin + found)));
}

std::int64_t need(std::int64_t position, std::string_view name) {
  if (position < 0) fail(ErrorKind::kValue, fmt::format("{}(): the text is not there", name));
  return position;
}

Val find(Runtime& runtime, const Val& self, Args& args) {
  return Val::integer(position_in(runtime, self, args, "find", From::kLeft));
}
Val rfind(Runtime& runtime, const Val& self, Args& args) {
  return Val::integer(position_in(runtime, self, args, "rfind", From::kRight));
}
Val index(Runtime& runtime, const Val& self, Args& args) {
  return Val::integer(need(position_in(runtime, self, args, "index", From::kLeft), "index"));
}
Val rindex(Runtime& runtime, const Val& self, Args& args) {
  return Val::integer(need(position_in(runtime, self, args, "rindex", From::kRight), "rindex"));
}

Val count(Runtime& runtime, const Val& self, Args& args) {
  const Bound bound(runtime, "count", {"sub", "start", "end"}, 1, args);
  const Window window = window_of(self, bound);
  const std::string sought = bound.text(0, "");
  runtime.step(window.text.size() / 64);
  if (window.begin == std::string::npos) return Val::integer(std::int64_t{0});
  if (sought.empty()) return Val::integer(count_code_points(window.text) + 1);
  std::size_t times = 0;
  for (std::size_t at = window.text.find(sought); at != std::string_view::npos;
       at = window.text.find(sought, at + sought.size())) {
    ++times;
  }
  return Val::integer(times);
}

Val has_affix(Runtime& runtime, const Val& self, Args& args, std::string_view name, From from) {
  const Bound bound(runtime, name, {"affix", "start", "end"}, 1, args);
  const Window window = window_of(self, bound);
  std::vector<Val> affixes = {bound[0]};
  if (bound[0].is(Kind::kTuple)) affixes = bound[0].as<Seq>().items;
  for (const Val& affix : affixes) {
    require_defined(affix);
    if (!affix.is(Kind::kString)) {
      fail(ErrorKind::kType,
           fmt::format("{}() takes a string or a tuple of strings, not '{}'", name, type_name(affix)));
    }
    if (window.begin == std::string::npos) continue;
    const std::string& sought = text_in(affix);
    if (from == From::kLeft ? window.text.starts_with(sought) : window.text.ends_with(sought)) {
      return Val::boolean(true);
    }
  }
  return Val::boolean(false);
}

Val startswith(Runtime& runtime, const Val& self, Args& args) {
  return has_affix(runtime, self, args, "startswith", From::kLeft);
}
Val endswith(Runtime& runtime, const Val& self, Args& args) {
  return has_affix(runtime, self, args, "endswith", From::kRight);
}

// Whether there is a character and all fit.
template <class Predicate>
Val all(Runtime& runtime, const Val& self, Args& args, std::string_view name, Predicate fits) {
  const Bound bound(runtime, name, {}, 0, args);
  const std::string& text = text_in(self);
  runtime.step(text.size() / 64);
  for (std::size_t at = 0; at < text.size();) {
    const Decoded next = decode(text, at);
    if (!fits(next.code)) return Val::boolean(false);
    at += next.size;
  }
  return Val::boolean(!text.empty());
}

Val isalnum(Runtime& runtime, const Val& self, Args& args) {
  return all(runtime, self, args, "isalnum", [](char32_t c) { return is_alpha(c) || is_digit(c); });
}
Val isalpha(Runtime& runtime, const Val& self, Args& args) { return all(runtime, self, args, "isalpha", is_alpha); }
Val isdigit(Runtime& runtime, const Val& self, Args& args) { return all(runtime, self, args, "isdigit", is_digit); }
Val isspace(Runtime& runtime, const Val& self, Args& args) { return all(runtime, self, args, "isspace", is_space); }

Val isascii(Runtime& runtime, const Val& self, Args& args) {
  const Bound bound(runtime, "isascii", {}, 0, args);
  return Val::boolean(self.as<Str>().ascii());
}

Val isprintable(Runtime& runtime, const Val& self, Args& args) {
  if (text_in(self).empty()) return Val::boolean(true);
  return all(runtime, self, args, "isprintable", is_printable);
}

Val isidentifier(Runtime& runtime, const Val& self, Args& args) {
  const std::string& text = text_in(self);
  if (!text.empty() && is_digit(decode(text, 0).code)) return Val::boolean(false);
  return all(runtime, self, args, "isidentifier", is_word);
}

// Whether there are cased characters, and none of the other case.
Val one_case(Runtime& runtime, const Val& self, Args& args, std::string_view name, bool (*wanted)(char32_t),
             bool (*other)(char32_t)) {
  const Bound bound(runtime, name, {}, 0, args);
  const std::string& text = text_in(self);
  bool any = false;
  for (std::size_t at = 0; at < text.size();) {
    const Decoded next = decode(text, at);
    if (other(next.code)) return Val::boolean(false);
    any = any || wanted(next.code);
    at += next.size;
  }
  return Val::boolean(any);
}

Val islower(Runtime& runtime, const Val& self, Args& args) {
  return one_case(runtime, self, args, "islower", is_lower, is_upper);
}
Val isupper(Runtime& runtime, const Val& self, Args& args) {
  return one_case(runtime, self, args, "isupper", is_upper, is_lower);
}

Val istitle(Runtime& runtime, const Val& self, Args& args) {
  const Bound bound(runtime, "istitle", {}, 0, args);
  const std::string& text = text_in(self);
  bool any = false;
  bool inside = false;
  for (std::size_t at = 0; at < text.size();) {
    const Decoded next = decode(text, at);
    if (inside ? is_upper(next.code) : is_lower(next.code)) return Val::boolean(false);
    inside = is_upper(next.code) || is_lower(next.code);
    any = any || inside;
    at += next.size;
  }
  return Val::boolean(any);
}

constexpr Method kMethods[] = {
    {"count", count},
    {"endswith", endswith},
    {"find", find},
    {"index", index},
    {"isalnum", isalnum},
    {"isalpha", isalpha},
    {"isascii", isascii},
    {"isdecimal", isdigit},
    {"isdigit", isdigit},
    {"isidentifier", isidentifier},
    {"islower", islower},
    {"isnumeric", isdigit},
    {"isprintable", isprintable},
    {"isspace", isspace},
    {"istitle", istitle},
    {"isupper", isupper},
    {"rfind", rfind},
    {"rindex", rindex},
    {"startswith", startswith},
};

}  // namespace

const Method* find_text_query_method(std::string_view name) {
  for (const Method& method : kMethods) {
    if (method.name == name) return &method;
  }
  return nullptr;
}

std::string capitalized(std::string_view text) {
  if (text.empty()) return {};
  std::string out;
  const Decoded first = decode(text, 0);
  append_upper(out, first.code);
  return out + to_lower(text.substr(first.size));
}

std::string replaced(Runtime& runtime, std::string_view text, std::string_view from, std::string_view to,
                     std::int64_t most) {
  std::string out;
  std::size_t at = 0;
  runtime.step(text.size() / 64);
  for (std::int64_t times = 0; times != most && at <= text.size(); ++times) {
    // An empty text is found before every character and at the end.
    const std::size_t mark = from.empty() && times > 0 && at < text.size() ? at + decode(text, at).size
                             : from.empty() && times > 0                   ? std::string_view::npos
                                                                           : text.find(from, at);
    if (mark == std::string_view::npos) break;
    runtime.step();
    runtime.heap().check_room(out.size() + to.size());
    out.append(text.substr(at, mark - at)).append(to);
    at = mark + from.size();
  }
  if (at < text.size()) out.append(text.substr(at));
  runtime.step(out.size() / 64);
  return out;
}

std::string padded(Runtime& runtime, std::string_view text, std::int64_t width, std::string_view fill, char align) {
  const auto length = static_cast<std::int64_t>(count_code_points(text));
  if (width <= length) return std::string(text);
  const auto missing = static_cast<std::size_t>(width - length);
  runtime.about_to_make(missing * fill.size() + text.size());
  // Python puts the odd blank of center() on the left if the width is odd, else on the right.
  const std::size_t odd = missing & static_cast<std::size_t>(width) & 1U;
  const std::size_t before = align == '<' ? 0 : align == '>' ? missing : missing / 2 + odd;
  std::string out;
  for (std::size_t i = 0; i < before; ++i) out += fill;
  out += text;
  for (std::size_t i = before; i < missing; ++i) out += fill;
  return out;
}

std::vector<std::string_view> lines_of(std::string_view text, LineEnds ends) {
  const auto ends_line = [](char32_t c) {
    return (c >= 0x0a && c <= 0x0d) || (c >= 0x1c && c <= 0x1e) || c == 0x85 || c == 0x2028 || c == 0x2029;
  };
  std::vector<std::string_view> lines;
  std::size_t start = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Decoded next = decode(text, at);
    std::size_t after = at + next.size;
    if (ends_line(next.code)) {
      if (next.code == U'\r' && after < text.size() && text[after] == '\n') ++after;
      lines.push_back(text.substr(start, (ends == LineEnds::kKeep ? after : at) - start));
      start = after;
    }
    at = after;
  }
  if (start < text.size()) lines.push_back(text.substr(start));
  return lines;
}

}  // namespace sennit::spec::tmpl
