// Methods of str, first half: those that change or take apart a text. The rest are in text_query_methods.cc.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "spec/template/display.h"
#include "spec/template/fault.h"
#include "spec/template/format_spec.h"
#include "spec/template/iterate.h"
#include "spec/template/objects.h"
#include "spec/template/runtime.h"
#include "spec/template/text_methods.h"
#include "spec/template/unicode.h"

namespace sennit::spec::tmpl {

namespace {

const std::string& text_in(const Val& self) { return self.as<Str>().text(); }

// A result of the same kind: what is made from a safe text is safe.
Val like(Runtime& runtime, const Val& self, std::string text) {
  return runtime.text(std::move(text), self.as<Str>().markup());
}

Val no_arguments(Runtime& runtime, const Val& self, Args& args, std::string_view name, std::string text) {
  const Bound bound(runtime, name, {}, 0, args);
  return like(runtime, self, std::move(text));
}

Val upper(Runtime& runtime, const Val& self, Args& args) {
  return no_arguments(runtime, self, args, "upper", to_upper(text_in(self)));
}

Val lower(Runtime& runtime, const Val& self, Args& args) {
  return no_arguments(runtime, self, args, "lower", to_lower(text_in(self)));
}

Val capitalize(Runtime& runtime, const Val& self, Args& args) {
  return no_arguments(runtime, self, args, "capitalize", capitalized(text_in(self)));
}

Val swapcase(Runtime& runtime, const Val& self, Args& args) {
  std::string out;
  const std::string& text = text_in(self);
  for (std::size_t at = 0; at < text.size();) {
    const Decoded next = decode(text, at);
    is_upper(next.code) ? append_lower(out, next.code) : append_upper(out, next.code);
    at += next.size;
  }
  return no_arguments(runtime, self, args, "swapcase", std::move(out));
}

Val title(Runtime& runtime, const Val& self, Args& args) {
  std::string out;
  const std::string& text = text_in(self);
  bool inside = false;
  for (std::size_t at = 0; at < text.size();) {
    const Decoded next = decode(text, at);
    inside ? append_lower(out, next.code) : append_upper(out, next.code);
    inside = is_alpha(next.code);
    at += next.size;
  }
  return no_arguments(runtime, self, args, "title", std::move(out));
}

enum class Side : std::uint8_t { kLeft, kRight, kBoth };

std::string_view strip_characters(std::string_view text, std::string_view characters, Side side) {
  const auto listed = [&](std::string_view one) { return characters.find(one) != std::string_view::npos; };
  while (side != Side::kRight && !text.empty()) {
    const std::size_t size = decode(text, 0).size;
    if (!listed(text.substr(0, size))) break;
    text.remove_prefix(size);
  }
  while (side != Side::kLeft && !text.empty()) {
    std::size_t start = text.size() - 1;
    while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xc0U) == 0x80) --start;
    if (!listed(text.substr(start))) break;
    text.remove_suffix(text.size() - start);
  }
  return text;
}

Val strip_side(Runtime& runtime, const Val& self, Args& args, std::string_view name, Side side) {
  const Bound bound(runtime, name, {"chars"}, 0, args);
  std::string_view text = text_in(self);
  runtime.step(text.size() / 64);
  if (bound.present(0)) {
    text = strip_characters(text, bound.text(0, ""), side);
  } else {
    if (side != Side::kRight) text = strip_left(text);
    if (side != Side::kLeft) text = strip_right(text);
  }
  return like(runtime, self, std::string(text));
}

Val strip_both(Runtime& runtime, const Val& self, Args& args) {
  return strip_side(runtime, self, args, "strip", Side::kBoth);
}
Val lstrip(Runtime& runtime, const Val& self, Args& args) {
  return strip_side(runtime, self, args, "lstrip", Side::kLeft);
}
Val rstrip(Runtime& runtime, const Val& self, Args& args) {
  return strip_side(runtime, self, args, "rstrip", Side::kRight);
}

Val pad(Runtime& runtime, const Val& self, Args& args, std::string_view name, Side side) {
  const Bound bound(runtime, name, {"width", "fillchar"}, 1, args);
  const std::string fill = bound.text(1, " ");
  if (count_code_points(fill) != 1) {
    fail(ErrorKind::kType, fmt::format("{}(): the fill must be one character", name));
  }
  return like(runtime, self,
              padded(runtime, text_in(self), bound.integer(0, 0), fill,
                     side == Side::kLeft    ? '<'
                     : side == Side::kRight ? '>'
                                            : '^'));
}

Val center(Runtime& runtime, const Val& self, Args& args) { return pad(runtime, self, args, "center", Side::kBoth); }
Val ljust(Runtime& runtime, const Val& self, Args& args) { return pad(runtime, self, args, "ljust", Side::kLeft); }
Val rjust(Runtime& runtime, const Val& self, Args& args) { return pad(runtime, self, args, "rjust", Side::kRight); }

Val zfill(Runtime& runtime, const Val& self, Args& args) {
  const Bound bound(runtime, "zfill", {"width"}, 1, args);
  std::string text = text_in(self);
  const std::size_t sign = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  const auto width = static_cast<std::size_t>(std::max<std::int64_t>(bound.integer(0, 0), 0));
  const std::size_t length = count_code_points(text);
  if (length < width) {
    runtime.about_to_make(width);
    text.insert(sign, width - length, '0');
  }
  return like(runtime, self, std::move(text));
}

Val expandtabs(Runtime& runtime, const Val& self, Args& args) {
  const Bound bound(runtime, "expandtabs", {"tabsize"}, 0, args);
  const auto size = static_cast<std::size_t>(std::clamp<std::int64_t>(bound.integer(0, 8), 0, 1'000'000));
  std::string out;
  std::size_t column = 0;
  for (const char c : text_in(self)) {
    if (c != '\t') {
      out += c;
      column = c == '\n' || c == '\r' ? 0 : column + ((static_cast<unsigned char>(c) & 0xc0U) == 0x80 ? 0 : 1);
      continue;
    }
    const std::size_t spaces = size == 0 ? 0 : size - column % size;
    runtime.about_to_make(out.size() + spaces);
    out.append(spaces, ' ');
    column += spaces;
  }
  return like(runtime, self, std::move(out));
}

Val replace(Runtime& runtime, const Val& self, Args& args) {
  const Bound bound(runtime, "replace", {"old", "new", "count"}, 2, args);
  return like(runtime, self,
              replaced(runtime, text_in(self), bound.text(0, ""), bound.text(1, ""), bound.integer(2, -1)));
}

Val remove_affix(Runtime& runtime, const Val& self, Args& args, std::string_view name, Side side) {
  const Bound bound(runtime, name, {"affix"}, 1, args);
  std::string_view text = text_in(self);
  const std::string affix = bound.text(0, "");
  if (side == Side::kLeft && text.starts_with(affix)) text.remove_prefix(affix.size());
  if (side == Side::kRight && text.ends_with(affix)) text.remove_suffix(affix.size());
  return like(runtime, self, std::string(text));
}

Val removeprefix(Runtime& runtime, const Val& self, Args& args) {
  return remove_affix(runtime, self, args, "removeprefix", Side::kLeft);
}
Val removesuffix(Runtime& runtime, const Val& self, Args& args) {
  return remove_affix(runtime, self, args, "removesuffix", Side::kRight);
}

Val join(Runtime& runtime, const Val& self, Args& args) {
  const Bound bound(runtime, "join", {"iterable"}, 1, args);
  std::string out;
  bool first = true;
  Iterator items(runtime, bound[0]);
  Val item;
  while (items.next(item)) {
    require_defined(item);
    if (!item.is(Kind::kString)) {
      fail(ErrorKind::kType, fmt::format("join() takes strings only, not '{}'", type_name(item)));
    }
    if (!first) out += text_in(self);
    first = false;
    const bool escape = self.as<Str>().markup() == Markup::kSafe;
    out += escape ? text_in(escaped(runtime, item)) : text_in(item);
    runtime.heap().check_room(out.size());
  }
  runtime.step(out.size() / 64);
  return like(runtime, self, std::move(out));
}

Val format(Runtime& runtime, const Val& self, Args& args) { return brace_format(runtime, self, args); }

Val format_map(Runtime& runtime, const Val& self, Args& args) {
  const Bound bound(runtime, "format_map", {"mapping"}, 1, args);
  if (!bound[0].is(Kind::kDict)) fail(ErrorKind::kType, "format_map() takes a dict");
  Args named;
  for (const auto& [key, value] : bound[0].as<Dict>().entries()) {
    if (key.is(Kind::kString)) named.named.emplace_back(text_in(key), value);
  }
  return brace_format(runtime, self, named);
}

using Pieces = std::vector<std::string_view>;

// At most `most` splits, from the left or the right; without a separator at runs of white space.
Pieces split_spaces(std::string_view text, std::int64_t most) {
  Pieces pieces;
  text = strip_left(text);
  while (!text.empty()) {
    if (most >= 0 && static_cast<std::int64_t>(pieces.size()) == most) {
      pieces.push_back(text);
      break;
    }
    std::size_t end = 0;
    while (end < text.size() && !is_space(decode(text, end).code)) end += decode(text, end).size;
    pieces.push_back(text.substr(0, end));
    text = strip_left(text.substr(end));
  }
  return pieces;
}

Pieces split_spaces_right(std::string_view text, std::int64_t most) {
  Pieces pieces;
  text = strip_right(text);
  while (!text.empty()) {
    if (most >= 0 && static_cast<std::int64_t>(pieces.size()) == most) {
      pieces.push_back(text);
      break;
    }
    // The last piece is what follows the last white space.
    std::size_t start = 0;
    for (std::size_t at = 0; at < text.size();) {
      const Decoded next = decode(text, at);
      at += next.size;
      if (is_space(next.code)) start = at;
    }
    pieces.push_back(text.substr(start));
    text = strip_right(text.substr(0, start));
  }
  std::reverse(pieces.begin(), pieces.end());
  return pieces;
}

Pieces split_at(std::string_view text, std::string_view separator, std::int64_t most) {
  Pieces pieces;
  while (most < 0 || static_cast<std::int64_t>(pieces.size()) < most) {
    const std::size_t mark = text.find(separator);
    if (mark == std::string_view::npos) break;
    pieces.push_back(text.substr(0, mark));
    text.remove_prefix(mark + separator.size());
  }
  pieces.push_back(text);
  return pieces;
}

Pieces split_at_right(std::string_view text, std::string_view separator, std::int64_t most) {
  Pieces pieces;
  while (most < 0 || static_cast<std::int64_t>(pieces.size()) < most) {
    const std::size_t mark = text.rfind(separator);
    if (mark == std::string_view::npos) break;
    pieces.push_back(text.substr(mark + separator.size()));
    text = text.substr(0, mark);
  }
  pieces.push_back(text);
  std::reverse(pieces.begin(), pieces.end());
  return pieces;
}

Val list_of(Runtime& runtime, const Val& self, const Pieces& pieces) {
  runtime.step(pieces.size());
  std::vector<Val> items;
  items.reserve(pieces.size());
  for (const std::string_view piece : pieces) items.push_back(like(runtime, self, std::string(piece)));
  return runtime.list(std::move(items));
}

Val split_from(Runtime& runtime, const Val& self, Args& args, std::string_view name, Side side) {
  const Bound bound(runtime, name, {"sep", "maxsplit"}, 0, args);
  const std::int64_t most = bound.integer(1, -1);
  const std::string& text = text_in(self);
  runtime.step(text.size() / 16);
  if (!bound.present(0)) {
    return list_of(runtime, self, side == Side::kLeft ? split_spaces(text, most) : split_spaces_right(text, most));
  }
  const std::string separator = bound.text(0, "");
  if (separator.empty()) fail(ErrorKind::kValue, fmt::format("{}(): the separator is empty", name));
  return list_of(runtime, self,
                 side == Side::kLeft ? split_at(text, separator, most) : split_at_right(text, separator, most));
}

Val split(Runtime& runtime, const Val& self, Args& args) {
  return split_from(runtime, self, args, "split", Side::kLeft);
}
Val rsplit(Runtime& runtime, const Val& self, Args& args) {
  return split_from(runtime, self, args, "rsplit", Side::kRight);
}

Val partition_at(Runtime& runtime, const Val& self, Args& args, std::string_view name, Side side) {
  const Bound bound(runtime, name, {"sep"}, 1, args);
  const std::string separator = bound.text(0, "");
  if (separator.empty()) fail(ErrorKind::kValue, fmt::format("{}(): the separator is empty", name));
  const std::string& text = text_in(self);
  const std::size_t mark = side == Side::kLeft ? text.find(separator) : text.rfind(separator);
  const auto part = [&](std::string_view piece) { return like(runtime, self, std::string(piece)); };
  if (mark == std::string::npos) {
    return side == Side::kLeft ? runtime.tuple({self, part(""), part("")}) : runtime.tuple({part(""), part(""), self});
  }
  return runtime.tuple({part(text.substr(0, mark)), part(separator), part(text.substr(mark + separator.size()))});
}

Val partition(Runtime& runtime, const Val& self, Args& args) {
  return partition_at(runtime, self, args, "partition", Side::kLeft);
}
Val rpartition(Runtime& runtime, const Val& self, Args& args) {
  return partition_at(runtime, self, args, "rpartition", Side::kRight);
}

Val splitlines(Runtime& runtime, const Val& self, Args& args) {
  const Bound bound(runtime, "splitlines", {"keepends"}, 0, args);
  return list_of(runtime, self, lines_of(text_in(self), bound.flag(0) ? LineEnds::kKeep : LineEnds::kDrop));
}

Val encode(Runtime& /*runtime*/, const Val& /*self*/, Args& /*args*/) {
  fail(ErrorKind::kType, "encode() makes bytes, which templates do not have here");
}

constexpr Method kMethods[] = {
    {"capitalize", capitalize},
    {"casefold", lower},
    {"center", center},
    {"encode", encode},
    {"expandtabs", expandtabs},
    {"format", format},
    {"format_map", format_map},
    {"join", join},
    {"ljust", ljust},
    {"lower", lower},
    {"lstrip", lstrip},
    {"partition", partition},
    {"removeprefix", removeprefix},
    {"removesuffix", removesuffix},
    {"replace", replace},
    {"rjust", rjust},
    {"rpartition", rpartition},
    {"rsplit", rsplit},
    {"rstrip", rstrip},
    {"split", split},
    {"splitlines", splitlines},
    {"strip", strip_both},
    {"swapcase", swapcase},
    {"title", title},
    {"upper", upper},
    {"zfill", zfill},
};

}  // namespace

const Method* find_text_method(std::string_view name) {
  for (const Method& method : kMethods) {
    if (method.name == name) return &method;
  }
  return find_text_query_method(name);
}

}  // namespace sennit::spec::tmpl
