#include "spec/template/expression_lexer.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "spec/template/fault.h"
#include "spec/template/unicode.h"

namespace sennit::spec::tmpl {

namespace {

struct Operator2 {
  std::string_view text;
  TokenKind kind;
};

// Longer ones first.
constexpr Operator2 kOperators[] = {
    {"//", TokenKind::kFloorDivide}, {"**", TokenKind::kPower},        {"==", TokenKind::kEqual},
    {"!=", TokenKind::kNotEqual},    {">=", TokenKind::kGreaterEqual}, {"<=", TokenKind::kLessEqual},
    {"+", TokenKind::kAdd},          {"-", TokenKind::kSubtract},      {"*", TokenKind::kMultiply},
    {"/", TokenKind::kDivide},       {"%", TokenKind::kModulo},        {"~", TokenKind::kTilde},
    {"<", TokenKind::kLess},         {">", TokenKind::kGreater},       {"=", TokenKind::kAssign},
    {".", TokenKind::kDot},          {",", TokenKind::kComma},         {":", TokenKind::kColon},
    {";", TokenKind::kSemicolon},    {"|", TokenKind::kPipe},          {"(", TokenKind::kOpenParen},
    {")", TokenKind::kCloseParen},   {"[", TokenKind::kOpenBracket},   {"]", TokenKind::kCloseBracket},
    {"{", TokenKind::kOpenBrace},    {"}", TokenKind::kCloseBrace},
};

bool digit(char c) { return c >= '0' && c <= '9'; }

bool digit_of(char c, unsigned base) {
  if (base <= 10) return c >= '0' && c < static_cast<char>('0' + base);
  return digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

class Lexer {
 public:
  Lexer(std::string_view text, std::size_t begin, TagKind kind, std::vector<Token>& tokens)
      : text_(text), at_(begin), begin_(begin), kind_(kind), tokens_(tokens) {}

  std::size_t run() {
    tokens_.clear();
    while (true) {
      skip_space();
      if (at_ >= text_.size()) fail_at(begin_, ErrorKind::kSyntax, fmt::format("'{}' is missing", closing()));
      if (open_.empty() && end_tag()) return at_;
      lex_one();
    }
  }

 private:
  std::string_view closing() const { return kind_ == TagKind::kPrint ? "}}" : "%}"; }
  std::string_view rest() const { return text_.substr(at_); }
  char peek(std::size_t ahead) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  void skip_space() {
    while (at_ < text_.size()) {
      const Decoded next = decode(text_, at_);
      if (!is_space(next.code)) return;
      at_ += next.size;
    }
  }

  bool end_tag() {
    const std::size_t sign = peek(0) == '-' || (peek(0) == '+' && kind_ == TagKind::kBlock) ? 1 : 0;
    if (!text_.substr(at_ + sign).starts_with(closing())) return false;
    const bool strip = peek(0) == '-';
    push(TokenKind::kEnd, at_, sign + 2);
    if (strip) skip_space();
    return true;
  }

  void push(TokenKind kind, std::size_t begin, std::size_t size) {
    tokens_.push_back({kind, static_cast<std::uint32_t>(begin), text_.substr(begin, size), {}});
    at_ = begin + size;
  }

  void lex_one() {
    const char c = peek(0);
    if (digit(c)) return lex_number();
    if (c == '"' || c == '\'') return lex_string(c);
    if (is_word(decode(text_, at_).code)) return lex_name();
    for (const Operator2& op : kOperators) {
      if (!rest().starts_with(op.text)) continue;
      balance(op.kind, c);
      return push(op.kind, at_, op.text.size());
    }
    const Decoded bad = decode(text_, at_);
    fail_at(at_, ErrorKind::kSyntax, fmt::format("unexpected character '{}'", text_.substr(at_, bad.size)));
  }

  // An end delimiter counts only outside of all brackets, so that {{ {"a": {}} }} is one expression.
  void balance(TokenKind kind, char c) {
    if (kind == TokenKind::kOpenParen) open_.push_back(')');
    if (kind == TokenKind::kOpenBracket) open_.push_back(']');
    if (kind == TokenKind::kOpenBrace) open_.push_back('}');
    if (kind != TokenKind::kCloseParen && kind != TokenKind::kCloseBracket && kind != TokenKind::kCloseBrace) return;
    if (open_.empty()) fail_at(at_, ErrorKind::kSyntax, fmt::format("unexpected '{}'", c));
    if (open_.back() != c) {
      fail_at(at_, ErrorKind::kSyntax, fmt::format("unexpected '{}', expected '{}'", c, open_.back()));
    }
    open_.pop_back();
  }

  void lex_name() {
    std::size_t end = at_;
    while (end < text_.size()) {
      const Decoded next = decode(text_, end);
      if (!is_word(next.code)) break;
      end += next.size;
    }
    push(TokenKind::kName, at_, end - at_);
  }

  // Digits with single underscores between them, from `from`; returns where they end.
  std::size_t digits_end(std::size_t from, unsigned base) const {
    std::size_t end = from;
    while (end < text_.size()) {
      if (digit_of(text_[end], base)) {
        ++end;
      } else if (end > from && text_[end] == '_' && end + 1 < text_.size() && digit_of(text_[end + 1], base)) {
        end += 2;
      } else {
        break;
      }
    }
    return end;
  }

  bool lex_float() {
    if (at_ > 0 && text_[at_ - 1] == '.') return false;
    const std::size_t whole = digits_end(at_, 10);
    std::size_t end = whole;
    if (end + 1 < text_.size() && text_[end] == '.' && digit(text_[end + 1])) end = digits_end(end + 1, 10);
    if (end < text_.size() && (text_[end] | 0x20) == 'e') {
      std::size_t exponent = end + 1;
      if (exponent < text_.size() && (text_[exponent] == '+' || text_[exponent] == '-')) ++exponent;
      const std::size_t after = digits_end(exponent, 10);
      if (after > exponent) end = after;
    }
    if (end == whole) return false;
    push(TokenKind::kFloat, at_, end - at_);
    return true;
  }

  void lex_number() {
    if (lex_float()) return;
    if (peek(0) == '0') {
      const char mark = static_cast<char>(peek(1) | 0x20);
      const unsigned base = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 1;
      const std::size_t from = at_ + 2 + (peek(2) == '_' ? 1 : 0);
      const std::size_t end = base == 1 ? from : digits_end(from, base);
      if (end > from) return push(TokenKind::kInteger, at_, end - at_);
      return push(TokenKind::kInteger, at_, digits_end(at_, 1) - at_);  // zeros only
    }
    push(TokenKind::kInteger, at_, digits_end(at_, 10) - at_);
  }

  void lex_string(char quote) {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != quote) end += text_[end] == '\\' ? 2 : 1;
    if (end >= text_.size()) fail_at(at_, ErrorKind::kSyntax, "the string is not closed");
    const std::size_t begin = at_;
    push(TokenKind::kString, begin, end + 1 - begin);
    tokens_.back().value = unescape(text_.substr(begin + 1, end - begin - 1), begin + 1);
  }

  std::string unescape(std::string_view raw, std::size_t offset) const {
    std::string out;
    out.reserve(raw.size());
    for (std::size_t i = 0; i < raw.size();) {
      if (raw[i] != '\\' || i + 1 == raw.size()) {
        out += raw[i++];
        continue;
      }
      i += unescape_one(raw.substr(i + 1), offset + i, out) + 1;
    }
    return out;
  }

  // `rest` follows the backslash; returns how much of it the escape takes.
  static std::size_t unescape_one(std::string_view rest, std::size_t offset, std::string& out) {
    constexpr std::string_view kShort = "\\'\"abfnrtv";
    constexpr std::string_view kMeaning = "\\'\"\a\b\f\n\r\t\v";
    const char c = rest[0];
    if (c == '\n') return 1;
    if (const std::size_t i = kShort.find(c); i != std::string_view::npos) {
      out += kMeaning[i];
      return 1;
    }
    if (c >= '0' && c <= '7') {
      std::size_t size = 0;
      char32_t code = 0;
      for (; size < 3 && size < rest.size() && rest[size] >= '0' && rest[size] <= '7'; ++size) {
        code = code * 8 + static_cast<char32_t>(rest[size] - '0');
      }
      append_utf8(out, code);
      return size;
    }
    const std::size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (digits == 0) {
      if (c == 'N') fail_at(offset, ErrorKind::kSyntax, "\\N{...} is not supported; write \\u and the number");
      out += '\\';  // an unknown escape stays as it is written
      out += c;
      return 1;
    }
    char32_t code = 0;
    for (std::size_t i = 1; i <= digits; ++i) {
      if (i >= rest.size() || !digit_of(rest[i], 16)) {
        fail_at(offset, ErrorKind::kSyntax, fmt::format("'\\{}' needs {} hexadecimal digits", c, digits));
      }
      code = code * 16 + static_cast<char32_t>(digit(rest[i]) ? rest[i] - '0' : (rest[i] | 0x20) - 'a' + 10);
    }
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
      fail_at(offset, ErrorKind::kSyntax, "the escape is not a Unicode character");
    }
    append_utf8(out, code);
    return digits + 1;
  }

  std::string_view text_;
  std::size_t at_;
  std::size_t begin_;
  TagKind kind_;
  std::vector<Token>& tokens_;
  std::string open_;  // the closing brackets that are still to come
};

}  // namespace

std::size_t lex_tag(std::string_view text, std::size_t begin, TagKind kind, std::vector<Token>& tokens) {
  return Lexer(text, begin, kind, tokens).run();
}

}  // namespace sennit::spec::tmpl
