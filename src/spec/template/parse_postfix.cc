// What may follow an operand: .name, [item], (arguments), |filter, is test.
#include <fmt/format.h>

#include <optional>
#include <utility>
#include <variant>

#include "spec/template/fault.h"
#include "spec/template/filters.h"
#include "spec/template/numbers.h"
#include "spec/template/parser.h"
#include "spec/template/runtime.h"

namespace sennit::spec::tmpl {

const Expr* ExpressionParser::parse_postfix(const Expr* operand) {
  while (true) {
    if (stream_.is(TokenKind::kDot)) {
      operand = parse_attribute(operand);
    } else if (stream_.is(TokenKind::kOpenBracket)) {
      operand = parse_subscript(operand);
    } else if (stream_.is(TokenKind::kOpenParen)) {
      operand = parse_call(operand);
    } else {
      return operand;
    }
  }
}

const Expr* ExpressionParser::parse_postfix_filters(const Expr* operand) {
  while (true) {
    if (stream_.is(TokenKind::kPipe)) {
      operand = parse_filters(operand, Start::kBar);
    } else if (stream_.is_name("is")) {
      operand = parse_test(operand);
    } else if (stream_.is(TokenKind::kOpenParen)) {
      operand = parse_call(operand);
    } else {
      return operand;
    }
  }
}

const Expr* ExpressionParser::parse_attribute(const Expr* object) {
  stream_.take();
  const Token& token = stream_.current();
  if (token.kind == TokenKind::kName) {
    stream_.take();
    Expr* expr = make(ExprKind::kAttribute, token.offset);
    expr->text = token.text;
    expr->operands = {object};
    return expr;
  }
  if (token.kind != TokenKind::kInteger) stream_.fail_unexpected("a name or a number");
  const Expr* index = constant(stream_.take());
  Expr* expr = make(ExprKind::kItem, token.offset);
  expr->operands = {object, index};
  return expr;
}

// One item, one slice, or several of them, which make a tuple.
const Expr* ExpressionParser::parse_subscript(const Expr* object) {
  enter();
  const std::size_t offset = stream_.take().offset;
  const Expr* result = parse_slice_or_index(object);
  if (stream_.is(TokenKind::kComma)) {
    Expr* key = make(ExprKind::kTuple, offset);
    if (result->kind == ExprKind::kSlice) stream_.fail_unexpected("']'");
    key->operands = {result->operands[1]};
    while (stream_.skip(TokenKind::kComma)) key->operands.push_back(parse_conditional());
    Expr* expr = make(ExprKind::kItem, offset);
    expr->operands = {object, key};
    result = expr;
  }
  stream_.expect(TokenKind::kCloseBracket, "']'");
  leave();
  return result;
}

const Expr* ExpressionParser::parse_slice_or_index(const Expr* object) {
  const std::size_t offset = stream_.current().offset;
  const auto bound_follows = [&] {
    return !stream_.is(TokenKind::kColon) && !stream_.is(TokenKind::kCloseBracket) && !stream_.is(TokenKind::kComma);
  };
  const Expr* first = stream_.is(TokenKind::kColon) ? nullptr : parse_conditional();
  if (!stream_.is(TokenKind::kColon)) {
    Expr* expr = make(ExprKind::kItem, offset);
    expr->operands = {object, first};
    return expr;
  }
  stream_.take();
  const Expr* last = bound_follows() ? parse_conditional() : nullptr;
  const Expr* step = nullptr;
  if (stream_.skip(TokenKind::kColon) && bound_follows()) step = parse_conditional();
  Expr* expr = make(ExprKind::kSlice, offset);
  expr->operands = {object, first, last, step};
  return expr;
}

const Expr* ExpressionParser::parse_call(const Expr* callee) {
  const std::size_t offset = callee->offset;
  Expr* expr = make(ExprKind::kCall, offset);
  expr->args = parse_call_args();
  expr->operands = {callee};
  return expr;
}

void ExpressionParser::parse_argument(CallArgs& args) {
  const Token& token = stream_.current();
  const auto require = [&](bool allowed) {
    if (!allowed) fail_at(token.offset, ErrorKind::kSyntax, "arguments are in the wrong order");
  };
  if (stream_.skip(TokenKind::kMultiply)) {
    require(args.spread == nullptr && args.spread_named == nullptr);
    args.spread = parse_conditional();
    return;
  }
  if (stream_.skip(TokenKind::kPower)) {
    require(args.spread_named == nullptr);
    args.spread_named = parse_conditional();
    return;
  }
  if (stream_.is(TokenKind::kName) && stream_.ahead().kind == TokenKind::kAssign) {
    require(args.spread_named == nullptr);
    const std::string_view name = stream_.take().text;
    stream_.take();
    for (const auto& earlier : args.named) {
      if (earlier.first == name) fail_at(token.offset, ErrorKind::kSyntax, fmt::format("'{}' is given twice", name));
    }
    args.named.emplace_back(name, parse_conditional());
    return;
  }
  require(args.spread == nullptr && args.spread_named == nullptr && args.named.empty());
  args.positional.push_back(parse_conditional());
}

std::unique_ptr<CallArgs> ExpressionParser::parse_call_args() {
  enter();
  auto args = std::make_unique<CallArgs>();
  stream_.expect(TokenKind::kOpenParen, "'('");
  while (!stream_.is(TokenKind::kCloseParen)) {
    parse_argument(*args);
    if (!stream_.skip(TokenKind::kComma)) break;
  }
  stream_.expect(TokenKind::kCloseParen, "')'");
  leave();
  return args;
}

std::string_view ExpressionParser::parse_dotted_name(std::string_view what) {
  const std::string_view first = stream_.expect(TokenKind::kName, what).text;
  if (!stream_.is(TokenKind::kDot)) return first;
  std::string name(first);
  while (stream_.skip(TokenKind::kDot)) name.append(".").append(stream_.expect(TokenKind::kName, what).text);
  return result_.texts.emplace_back(std::move(name));
}

const Expr* ExpressionParser::parse_filters(const Expr* operand, Start start) {
  bool bar = start == Start::kBar;
  while (!bar || stream_.is(TokenKind::kPipe)) {
    if (bar) stream_.take();
    bar = true;
    const std::size_t offset = stream_.current().offset;
    const std::string_view name = parse_dotted_name("the name of a filter");
    Expr* expr = make(ExprKind::kFilter, offset);
    expr->text = name;
    expr->filter = find_filter(name);
    if (expr->filter == nullptr) unknown_.push_back(expr);
    expr->operands = {operand};
    if (stream_.is(TokenKind::kOpenParen)) expr->args = parse_call_args();
    operand = expr;
  }
  return operand;
}

const Expr* ExpressionParser::parse_test(const Expr* operand) {
  stream_.take();
  const bool negated = stream_.skip_name("not");
  const std::size_t offset = stream_.current().offset;
  const std::string_view name = parse_dotted_name("the name of a test");
  Expr* expr = make(ExprKind::kTest, offset);
  expr->text = name;
  expr->test = find_test(name);
  if (expr->test == nullptr) unknown_.push_back(expr);
  expr->operands = {operand};
  const TokenKind next = stream_.current().kind;
  const bool word = next == TokenKind::kName;
  const bool ends = stream_.is_name("else") || stream_.is_name("or") || stream_.is_name("and");
  if (next == TokenKind::kOpenParen) {
    expr->args = parse_call_args();
  } else if ((word && !ends) || next == TokenKind::kString || next == TokenKind::kInteger ||
             next == TokenKind::kFloat || next == TokenKind::kOpenBracket || next == TokenKind::kOpenBrace) {
    if (stream_.is_name("is"))
      fail_at(stream_.current().offset, ErrorKind::kSyntax, "tests with 'is' cannot be chained");
    expr->args = std::make_unique<CallArgs>();
    expr->args->positional.push_back(parse_postfix(parse_primary()));
  }
  if (!negated) return expr;
  Expr* inverse = make(ExprKind::kNot, offset);
  inverse->operands = {expr};
  return inverse;
}

}  // namespace sennit::spec::tmpl
