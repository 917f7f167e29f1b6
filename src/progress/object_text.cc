#include "progress/object_text.h"

#include "progress/names.h"
#include "progress/numbers.h"

namespace sennit::progress {
namespace {

constexpr int kDeepest = 8;
// Room for made-up names, reserved at once: the readings point into it.
constexpr std::size_t kNameRoom = 4096;

bool is_space(char c) { return c == ' ' || c == '\t'; }

class ObjectReader {
 public:
  ObjectReader(std::string_view text, std::string& names) : text_(text), names_(names) {
    names_.clear();
    names_.reserve(kNameRoom);
  }

  bool read(Readings& readings) {
    Readings found;
    if (!object("", 0, found)) return false;
    for (const Reading& one : found) readings.add(one.name, one.value);
    return true;
  }

 private:
  bool at_end() const { return at_ >= text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  void skip_spaces() {
    while (!at_end() && is_space(text_[at_])) ++at_;
  }
  bool take(char c) {
    skip_spaces();
    if (peek() != c) return false;
    ++at_;
    return true;
  }

  // Behind its opening quote; `plain`: it has no escapes.
  bool quoted(std::string_view& inside, bool& plain) {
    skip_spaces();
    const char quote = peek();
    if (quote != '"' && quote != '\'') return false;
    const std::size_t begin = ++at_;
    plain = true;
    while (!at_end() && text_[at_] != quote) {
      if (text_[at_] == '\\') {
        plain = false;
        ++at_;
      }
      ++at_;
    }
    if (at_end()) return false;
    inside = text_.substr(begin, at_ - begin);
    ++at_;
    return true;
  }

  // The name as the reading has it. "": there is no room for it.
  std::string_view full_name(std::string_view prefix, std::string_view name) {
    if (prefix.empty()) return canonical_name(name);
    const std::size_t begin = names_.size();
    if (begin + prefix.size() + 1 + name.size() > kNameRoom) return {};
    names_.append(prefix).append(".").append(name);
    return std::string_view(names_).substr(begin);
  }

  bool member(std::string_view prefix, int depth, Readings& found) {
    std::string_view name;
    bool plain = false;
    if (!quoted(name, plain) || !take(':')) return false;
    const bool usable = plain && !name.empty() && name.size() <= kLongestName;
    skip_spaces();
    if (peek() == '{') {
      Readings dropped;
      return usable ? object(full_name(prefix, name), depth + 1, found) : object(name, depth + 1, dropped);
    }
    double value = 0;
    if (number(value)) {
      if (usable) found.add(full_name(prefix, name), value);
      return true;
    }
    return other(depth);
  }

  // A number, or one within quotes.
  bool number(double& value) {
    const std::size_t length = scan_number(text_.substr(at_), value);
    if (length > 0) {
      at_ += length;
      return true;
    }
    if (peek() != '"' && peek() != '\'') return false;
    const std::size_t before = at_;
    std::string_view inside;
    bool plain = false;
    if (quoted(inside, plain) && scan_number(inside, value) == inside.size() && !inside.empty()) return true;
    at_ = before;
    return false;
  }

  // Anything that is no number: passed over.
  bool other(int depth) {
    skip_spaces();
    if (peek() == '"' || peek() == '\'') {
      std::string_view inside;
      bool plain = false;
      return quoted(inside, plain);
    }
    if (peek() == '[' || peek() == '(') return list(depth + 1);
    return word();
  }

  bool list(int depth) {
    if (depth > kDeepest) return false;
    const char close = peek() == '[' ? ']' : ')';
    ++at_;
    while (!take(close)) {
      double value = 0;
      skip_spaces();
      Readings dropped;
      const bool is_object = peek() == '{';
      if (is_object ? !object("", depth + 1, dropped) : !number(value) && !other(depth)) return false;
      if (!take(',') && peek() != close) return false;
    }
    return true;
  }

  // true, None, null, tensor(0.5), <something>: up to what ends a member.
  bool word() {
    const std::size_t end = text_.find_first_of(",}]", at_);
    if (end == std::string_view::npos || end == at_) return false;
    at_ = end;
    return true;
  }

  bool object(std::string_view prefix, int depth, Readings& found) {
    if (depth > kDeepest || !take('{')) return false;
    if (take('}')) return true;
    for (;;) {
      if (!member(prefix, depth, found)) return false;
      if (take('}')) return true;
      if (!take(',')) return false;
      skip_spaces();
      if (take('}')) return true;  // a comma behind the last one
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string& names_;
};

}  // namespace

bool read_object(std::string_view text, std::string& names, Readings& readings) {
  return ObjectReader(text, names).read(readings);
}

}  // namespace sennit::progress
