#include "spec/template/percent_format.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spec/template/big_int.h"
#include "spec/template/display.h"
#include "spec/template/fault.h"
#include "spec/template/format_spec.h"
#include "spec/template/numbers.h"
#include "spec/template/objects.h"
#include "spec/template/runtime.h"
#include "spec/template/unicode.h"

namespace sennit::spec::tmpl {

namespace {

struct Conversion {
  bool minus = false;
  bool plus = false;
  bool space = false;
  bool zero = false;
  bool alternate = false;
  std::int64_t width = 0;
  std::int64_t precision = -1;
  char type = 0;
};

bool integral(const Val& v) { return v.is(Kind::kInt) || v.is(Kind::kBool) || v.is(Kind::kBig); }

class Formatter {
 public:
  Formatter(Runtime& runtime, const Str& format, const Val& values)
      : runtime_(runtime), text_(format.text()), safe_(format.markup() == Markup::kSafe), values_(values) {}

  std::string run() {
    while (at_ < text_.size()) {
      const std::size_t mark = text_.find('%', at_);
      out_ += text_.substr(at_, mark == std::string_view::npos ? mark : mark - at_);
      if (mark == std::string_view::npos) break;
      at_ = mark + 1;
      convert_one();
      runtime_.heap().check_room(out_.size());
    }
    if (!values_.is(Kind::kDict) && !by_key_ && next_ < given()) {
      fail(ErrorKind::kType, "the format does not use all of its values");
    }
    return std::move(out_);
  }

 private:
  std::size_t given() const { return values_.is(Kind::kTuple) ? values_.as<Seq>().items.size() : 1; }

  char peek() const {
    if (at_ >= text_.size()) fail(ErrorKind::kValue, "the format ends in the middle of a conversion");
    return text_[at_];
  }

  const Val& take() {
    if (next_ >= given()) fail(ErrorKind::kType, "the format needs more values");
    const std::size_t index = next_++;
    return values_.is(Kind::kTuple) ? values_.as<Seq>().items[index] : values_;
  }

  void find_key(std::optional<Val>& value) {
    if (peek() != '(') return;
    const std::size_t close = text_.find(')', at_);
    if (close == std::string_view::npos) fail(ErrorKind::kValue, "a ')' is missing in the format");
    const std::string_view key = text_.substr(at_ + 1, close - at_ - 1);
    at_ = close + 1;
    by_key_ = true;
    if (!values_.is(Kind::kDict)) fail(ErrorKind::kType, "the format names its values, so it needs a dict");
    const Val* found = values_.as<Dict>().find(key);
    if (found == nullptr)
      fail(ErrorKind::kValue, fmt::format("the format's dict has no key '{}'", key), std::string(key));
    value = *found;
  }

  std::int64_t number_or_star() {
    if (peek() == '*') {
      ++at_;
      const Val& value = take();
      if (!value.is(Kind::kInt)) fail(ErrorKind::kType, "'*' in a format needs an integer");
      return value.integer();
    }
    std::int64_t number = 0;
    while (peek() >= '0' && peek() <= '9') {
      number = number * 10 + (text_[at_++] - '0');
      if (number > 1'000'000'000'000) runtime_.about_to_make(static_cast<std::size_t>(number));
    }
    return number;
  }

  Conversion parse() {
    Conversion c;
    for (;; ++at_) {
      const char flag = peek();
      if (flag == '-') {
        c.minus = true;
      } else if (flag == '+') {
        c.plus = true;
      } else if (flag == ' ') {
        c.space = true;
      } else if (flag == '0') {
        c.zero = true;
      } else if (flag == '#') {
        c.alternate = true;
      } else {
        break;
      }
    }
    c.width = number_or_star();
    if (c.width < 0) {
      c.minus = true;
      c.width = -c.width;
    }
    if (peek() == '.') {
      ++at_;
      c.precision = std::max<std::int64_t>(number_or_star(), 0);
    }
    while (peek() == 'l' || peek() == 'h' || peek() == 'L') ++at_;
    c.type = peek();
    ++at_;
    return c;
  }

  void convert_one() {
    std::optional<Val> keyed;
    find_key(keyed);
    const Conversion c = parse();
    if (c.type == '%') {
      out_ += '%';
      return;
    }
    if (std::string_view("srcdiuoxXeEfFgGa").find(c.type) == std::string_view::npos) {
      fail(ErrorKind::kValue, fmt::format("the format has an unknown conversion '{}'", c.type));
    }
    const Val value = keyed ? *keyed : take();
    runtime_.about_to_make(static_cast<std::size_t>(std::max(c.width, c.precision)));
    switch (c.type) {
      case 's':
      case 'r':
      case 'a': return put_text(c, value);
      case 'c': return put_character(c, value);
      case 'd':
      case 'i':
      case 'u':
      case 'o':
      case 'x':
      case 'X': return put_integer(c, value);
    }
    put_float(c, value);
  }

  void put_text(const Conversion& c, const Val& value) {
    std::string text;
    if (c.type != 's') {
      append_repr(runtime_, text, value);
      if (safe_) text = escape_html(text);
    } else {
      append_text(runtime_, text, safe_ ? escaped(runtime_, value) : value);
    }
    if (c.precision >= 0) text.resize(byte_offset(text, static_cast<std::size_t>(c.precision)));
    pad(c, text);
  }

  void put_character(const Conversion& c, const Val& value) {
    require_defined(value);
    std::string text;
    if (value.is(Kind::kInt) && value.integer() >= 0 && value.integer() <= 0x10ffff) {
      append_utf8(text, static_cast<char32_t>(value.integer()));
    } else if (value.is(Kind::kString) && value.as<Str>().length() == 1) {
      text = value.as<Str>().text();
    } else {
      fail(ErrorKind::kType, "%c needs an integer or a single character");
    }
    pad(c, text);
  }

  void pad(const Conversion& c, const std::string& text) {
    const std::size_t length = count_code_points(text);
    const auto width = static_cast<std::size_t>(c.width);
    const std::string fill(width > length ? width - length : 0, ' ');
    out_ += c.minus ? text + fill : fill + text;
  }

  void put_number(const Conversion& c, std::string_view sign, std::string_view prefix, std::string digits) {
    const std::size_t fixed = sign.size() + prefix.size();
    const auto width = static_cast<std::size_t>(c.width);
    if (c.zero && !c.minus && fixed + digits.size() < width) digits.insert(0, width - fixed - digits.size(), '0');
    pad(c, fmt::format("{}{}{}", sign, prefix, digits));
  }

  static std::string_view sign_of(const Conversion& c, bool negative) {
    return negative ? "-" : c.plus ? "+" : c.space ? " " : "";
  }

  void put_integer(const Conversion& c, const Val& given) {
    require_defined(given);
    Val value = given;
    const bool decimal = c.type == 'd' || c.type == 'i' || c.type == 'u';
    if (decimal && value.is(Kind::kFloat) && std::isfinite(value.real())) {
      value = runtime_.number(BigInt::truncate(value.real()));
    }
    if (!integral(value)) {
      fail(ErrorKind::kType, fmt::format("%{} needs a number, not '{}'", c.type, type_name(value)));
    }
    std::string digits = integer_digits(value, decimal ? 'd' : c.type);
    if (c.precision > static_cast<std::int64_t>(digits.size())) {
      digits.insert(0, static_cast<std::size_t>(c.precision) - digits.size(), '0');
    }
    std::string_view prefix;
    if (c.alternate && !decimal) prefix = c.type == 'o' ? "0o" : c.type == 'x' ? "0x" : "0X";
    put_number(c, sign_of(c, is_negative_integer(value)), prefix, std::move(digits));
  }

  void put_float(const Conversion& c, const Val& value) {
    require_defined(value);
    if (!integral(value) && !value.is(Kind::kFloat)) {
      fail(ErrorKind::kType, fmt::format("%{} needs a number, not '{}'", c.type, type_name(value)));
    }
    double real = value.is(Kind::kFloat) ? value.real() : static_cast<double>(value.integer());
    if (value.is(Kind::kBig)) real = value.as<Big>().value.approximate();
    const auto precision = static_cast<int>(std::min<std::int64_t>(c.precision < 0 ? 6 : c.precision, 1000));
    std::string digits = float_digits(real, {c.type, precision, c.alternate});
    const bool negative = digits.starts_with('-');
    if (negative) digits.erase(0, 1);
    put_number(c, sign_of(c, negative), "", std::move(digits));
  }

  Runtime& runtime_;
  std::string_view text_;
  bool safe_;
  const Val& values_;
  std::size_t at_ = 0;
  std::size_t next_ = 0;
  bool by_key_ = false;
  std::string out_;
};

}  // namespace

Val percent_format(Runtime& runtime, const Val& format, const Val& values) {
  const Str& text = format.as<Str>();
  // A single value of any kind, a list too, is one argument; a mapping or list may also be ignored altogether.
  if (values.is(Kind::kList) && text.text().find('%') == std::string::npos) return format;
  return runtime.text(Formatter(runtime, text, values).run(), text.markup());
}

}  // namespace sennit::spec::tmpl
