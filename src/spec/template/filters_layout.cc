// Filters that lay out texts: indent, wrap, truncate, center, pretty-print.
#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "spec/template/display.h"
#include "spec/template/fault.h"
#include "spec/template/filter_tables.h"
#include "spec/template/iterate.h"
#include "spec/template/runtime.h"
#include "spec/template/text_methods.h"
#include "spec/template/unicode.h"

namespace sennit::spec::tmpl {

namespace {

const Str& need_text(const Val& value, std::string_view filter) {
  require_defined(value);
  if (!value.is(Kind::kString)) {
    fail(ErrorKind::kType, fmt::format("{}() needs a string, not '{}'", filter, type_name(value)));
  }
  return value.as<Str>();
}

Val center(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "center", {"width"}, 0, args);
  const Val text = soft_text(runtime, value);
  return runtime.text(padded(runtime, text.as<Str>().text(), bound.integer(0, 80), " ", '^'), text.as<Str>().markup());
}

Val indent(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "indent", {"width", "first", "blank"}, 0, args);
  const Str& text = need_text(value, "indent");
  std::string margin;
  if (bound.given(0) && bound[0].is(Kind::kString)) {
    margin = bound.text(0, "");
  } else {
    const auto width = static_cast<std::size_t>(std::max<std::int64_t>(bound.integer(0, 4), 0));
    runtime.about_to_make(width);
    margin.assign(width, ' ');
  }
  const std::string with_end = text.text() + "\n";  // so that an empty text has one line
  std::string out = bound.flag(1) ? margin : "";
  bool first = true;
  for (const std::string_view line : lines_of(with_end, LineEnds::kDrop)) {
    if (!first) out += '\n';
    if (!first && (bound.flag(2) || !line.empty())) out += margin;
    out += line;
    first = false;
    runtime.step();
    runtime.heap().check_room(out.size());
  }
  return runtime.text(std::move(out), text.markup());
}

Val truncate(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "truncate", {"length", "killwords", "end", "leeway"}, 0, args);
  const std::string end = bound.text(2, "...");
  const std::int64_t length = bound.integer(0, 255);
  const std::int64_t leeway = bound.present(3) ? bound.integer(3, 5) : 5;
  const auto end_size = static_cast<std::int64_t>(count_code_points(end));
  if (length < end_size || leeway < 0) fail(ErrorKind::kValue, "truncate(): the length is shorter than the end mark");
  // Anything short enough is left alone, whatever it is.
  const auto size = length_of(value);
  if (size && static_cast<std::int64_t>(*size) <= length + leeway) return value;
  const Str& text = need_text(value, "truncate");
  std::string kept = text.text().substr(0, byte_offset(text.text(), static_cast<std::size_t>(length - end_size)));
  if (!bound.flag(1)) kept = kept.substr(0, kept.rfind(' '));
  return runtime.text(kept + end, text.markup());
}

// One line at a time, as Python's textwrap does it: pieces of words and spaces fill lines up to a width.
class Wrapper {
 public:
  Wrapper(Runtime& runtime, std::size_t width, bool break_words, bool break_hyphens)
      : runtime_(runtime), width_(width), break_words_(break_words), break_hyphens_(break_hyphens) {}

  std::vector<std::string> wrap(std::string_view line) {
    std::vector<std::string> lines;
    std::vector<std::string> pieces = split(line);
    for (std::size_t at = 0; at < pieces.size();) {
      if (blank(pieces[at]) && !lines.empty()) ++at;
      std::string current;
      std::size_t used = 0;
      while (at < pieces.size() && used + count_code_points(pieces[at]) <= width_) {
        used += count_code_points(pieces[at]);
        current += pieces[at++];
      }
      if (at < pieces.size() && count_code_points(pieces[at]) > width_) break_long(pieces, at, current, used);
      runtime_.step();
      if (!current.empty() && blank(current.substr(last_piece_start(current)))) {
        current = current.substr(0, last_piece_start(current));
      }
      if (!current.empty()) lines.push_back(std::move(current));
    }
    return lines;
  }

 private:
  static bool blank(std::string_view piece) { return !piece.empty() && strip(piece).empty(); }

  // Where the white space at the end begins, if there is any.
  static std::size_t last_piece_start(const std::string& text) { return strip_right(text).size(); }

  void break_long(std::vector<std::string>& pieces, std::size_t& at, std::string& current, std::size_t used) {
    const std::size_t room = width_ < 1 ? 1 : width_ - used;
    if (!break_words_) {
      if (current.empty()) current += pieces[at++];
      return;
    }
    std::string& piece = pieces[at];
    std::size_t end = byte_offset(piece, room);
    if (break_hyphens_ && count_code_points(piece) > room) {
      const std::size_t hyphen = room == 0 ? std::string::npos : piece.rfind('-', end - 1);
      if (hyphen != std::string::npos && hyphen > 0 && piece.find_first_not_of('-') < hyphen) end = hyphen + 1;
    }
    current += piece.substr(0, end);
    piece.erase(0, end);
    if (piece.empty()) ++at;
  }

  std::vector<std::string> split(std::string_view line) const {
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < line.size();) {
      const bool space = is_space(decode(line, at).code);
      std::size_t end = at;
      while (end < line.size() && is_space(decode(line, end).code) == space) end += decode(line, end).size;
      const std::string_view piece = line.substr(at, end - at);
      if (space) {
        pieces.emplace_back(piece);
      } else {
        split_word(piece, pieces);
      }
      at = end;
    }
    return pieces;
  }

  // After a hyphen between letters a word may be broken.
  void split_word(std::string_view word, std::vector<std::string>& pieces) const {
    std::size_t start = 0;
    for (std::size_t at = 1; break_hyphens_ && at + 1 < word.size(); ++at) {
      const auto letter = [&](std::size_t i) { return is_alpha(static_cast<unsigned char>(word[i])); };
      if (word[at] != '-' || at < start + 2 || !letter(at - 1) || !letter(at - 2)) continue;
      if (at + 2 >= word.size() || !letter(at + 1) || !letter(at + 2)) continue;
      pieces.emplace_back(word.substr(start, at + 1 - start));
      start = at + 1;
    }
    if (start < word.size()) pieces.emplace_back(word.substr(start));
  }

  Runtime& runtime_;
  std::size_t width_;
  bool break_words_;
  bool break_hyphens_;
};

Val wordwrap(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "wordwrap", {"width", "break_long_words", "wrapstring", "break_on_hyphens"}, 0, args);
  const Str& text = need_text(value, "wordwrap");
  const std::int64_t width = bound.integer(0, 79);
  if (width <= 0) fail(ErrorKind::kValue, "wordwrap(): the width must be positive");
  const std::string separator = bound.present(2) ? bound.text(2, "\n") : "\n";
  Wrapper wrapper(runtime, static_cast<std::size_t>(width), !bound.given(1) || bound.flag(1),
                  !bound.given(3) || bound.flag(3));
  std::string out;
  bool first_line = true;
  for (const std::string_view line : lines_of(text.text(), LineEnds::kDrop)) {
    if (!first_line) out += separator;
    first_line = false;
    bool first = true;
    for (const std::string& wrapped : wrapper.wrap(line)) {
      if (!first) out += separator;
      first = false;
      out += wrapped;
    }
    runtime.heap().check_room(out.size());
  }
  return runtime.text(std::move(out), text.markup());
}

// On one line; Python breaks what is wider than 80 columns.
Val pprint(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "pprint", {}, 0, args);
  std::string out;
  append_repr(runtime, out, value);
  return runtime.text(std::move(out));
}

constexpr Filter kFilters[] = {
    {"center", center}, {"indent", indent}, {"pprint", pprint}, {"truncate", truncate}, {"wordwrap", wordwrap},
};

}  // namespace

std::span<const Filter> layout_filters() { return kFilters; }

}  // namespace sennit::spec::tmpl
