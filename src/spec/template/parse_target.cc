// The reading of tokens, and of what is assigned to.
#include <fmt/format.h>

#include <utility>

#include "spec/template/fault.h"
#include "spec/template/parser.h"

namespace sennit::spec::tmpl {

bool TokenStream::skip(TokenKind kind) {
  if (!is(kind)) return false;
  take();
  return true;
}

bool TokenStream::skip_name(std::string_view name) {
  if (!is_name(name)) return false;
  take();
  return true;
}

const Token& TokenStream::expect(TokenKind kind, std::string_view what) {
  if (!is(kind)) fail_unexpected(what);
  return take();
}

void TokenStream::fail_unexpected(std::string_view expected) const {
  const Token& token = current();
  fail_at(token.offset, ErrorKind::kSyntax, fmt::format("unexpected '{}', expected {}", token.text, expected));
}

Target ExpressionParser::parse_target(std::string_view stop) {
  const auto name_target = [&] {
    const Token& token = stream_.expect(TokenKind::kName, "a name to assign to");
    for (const std::string_view word : {"true", "false", "none", "True", "False", "None"}) {
      if (token.text == word) fail_at(token.offset, ErrorKind::kSyntax, fmt::format("cannot assign to '{}'", word));
    }
    Target target;
    target.offset = token.offset;
    target.name = result_.names.id(token.text);
    return target;
  };
  const auto one_target = [&] {
    if (!stream_.is(TokenKind::kOpenParen)) return name_target();
    enter();
    stream_.take();
    Target inner = parse_target({});
    stream_.expect(TokenKind::kCloseParen, "')'");
    leave();
    return inner;
  };
  Target first = one_target();
  if (stop.empty() && first.kind == Target::Kind::kName && stream_.skip(TokenKind::kDot)) {
    first.kind = Target::Kind::kAttribute;
    first.attribute = stream_.expect(TokenKind::kName, "the name of an attribute").text;
    return first;
  }
  if (!stream_.is(TokenKind::kComma)) return first;
  Target all;
  all.kind = Target::Kind::kTuple;
  all.offset = first.offset;
  all.items.push_back(std::move(first));
  while (stream_.skip(TokenKind::kComma)) {
    if (!stream_.is(TokenKind::kName) && !stream_.is(TokenKind::kOpenParen)) break;
    if (!stop.empty() && stream_.is_name(stop)) break;
    all.items.push_back(one_target());
  }
  return all;
}

}  // namespace sennit::spec::tmpl
