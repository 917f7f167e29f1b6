// The words of an expression or a statement tag.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sennit::spec::tmpl {

enum class TokenKind : std::uint8_t {
  kEnd,  // of the tag
  kName,
  kInteger,
  kFloat,
  kString,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kFloorDivide,
  kModulo,
  kPower,
  kTilde,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kAssign,
  kDot,
  kComma,
  kColon,
  kSemicolon,
  kPipe,
  kOpenParen,
  kCloseParen,
  kOpenBracket,
  kCloseBracket,
  kOpenBrace,
  kCloseBrace,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::uint32_t offset = 0;
  std::string_view text;  // as written, in the template
  std::string value;      // of a string, with its escapes resolved
};

}  // namespace sennit::spec::tmpl
