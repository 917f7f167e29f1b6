#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "spec/template/fault.h"
#include "spec/template/filters.h"
#include "spec/template/numbers.h"
#include "spec/template/parser.h"
#include "spec/template/runtime.h"

namespace sennit::spec::tmpl {

namespace {

// Brackets within brackets and blocks within blocks; the parser's own stack is what this protects.
constexpr std::size_t kMaxNesting = 200;

const Val& no_value() {
  static const Val none;
  return none;
}

}  // namespace

void ExpressionParser::enter() {
  if (++depth_ > kMaxNesting) {
    fail_at(stream_.current().offset, ErrorKind::kLimit,
            fmt::format("expressions and blocks are nested more than {} levels deep", kMaxNesting));
  }
}

Expr* ExpressionParser::make(ExprKind kind, std::size_t offset) {
  Expr& expr = result_.expressions.emplace_back();
  expr.kind = kind;
  expr.offset = static_cast<std::uint32_t>(offset);
  return &expr;
}

const Expr* ExpressionParser::binary(Operator op, std::size_t offset, const Expr* left, const Expr* right) {
  Expr* expr = make(ExprKind::kBinary, offset);
  expr->op = op;
  expr->operands = {left, right};
  return expr;
}

void ExpressionParser::Mentions::note(std::string_view name) {
  if (name == "loop") ++loop;
  if (name == "varargs") ++varargs;
  if (name == "kwargs") ++kwargs;
  if (name == "caller") ++caller;
}

NameId ExpressionParser::take_name() { return result_.names.id(stream_.expect(TokenKind::kName, "a name").text); }

const Expr* ExpressionParser::parse_tuple(Conditional conditional, std::string_view stop) {
  const std::size_t offset = stream_.current().offset;
  std::vector<const Expr*> items;
  bool comma = false;
  const auto ends = [&] {
    return stream_.is(TokenKind::kEnd) || stream_.is(TokenKind::kCloseParen) ||
           (!stop.empty() && stream_.is_name(stop));
  };
  while (!ends()) {
    items.push_back(conditional == Conditional::kYes ? parse_conditional() : parse_or());
    if (!stream_.skip(TokenKind::kComma)) break;
    comma = true;
  }
  if (!comma) {
    if (items.empty()) stream_.fail_unexpected("an expression");
    return items[0];
  }
  Expr* expr = make(ExprKind::kTuple, offset);
  expr->operands = std::move(items);
  return expr;
}

const Expr* ExpressionParser::parse_conditional() {
  const std::size_t unknown_before = unknown_.size();
  const Expr* value = parse_or();
  while (stream_.is_name("if")) {
    Expr* expr = make(ExprKind::kConditional, stream_.take().offset);
    const Expr* condition = parse_or();
    const Expr* otherwise = nullptr;
    if (stream_.skip_name("else")) {
      enter();
      otherwise = parse_conditional();
      leave();
    }
    unknown_.resize(unknown_before);
    expr->operands = {condition, value, otherwise};
    value = expr;
  }
  return value;
}

const Expr* ExpressionParser::parse_or() {
  const Expr* left = parse_and();
  while (stream_.is_name("or")) {
    Expr* expr = make(ExprKind::kOr, stream_.take().offset);
    expr->operands = {left, parse_and()};
    left = expr;
  }
  return left;
}

const Expr* ExpressionParser::parse_and() {
  const Expr* left = parse_not();
  while (stream_.is_name("and")) {
    Expr* expr = make(ExprKind::kAnd, stream_.take().offset);
    expr->operands = {left, parse_not()};
    left = expr;
  }
  return left;
}

const Expr* ExpressionParser::parse_not() {
  if (!stream_.is_name("not")) return parse_comparison();
  Expr* expr = make(ExprKind::kNot, stream_.take().offset);
  enter();
  expr->operands = {parse_not()};
  leave();
  return expr;
}

const Expr* ExpressionParser::parse_comparison() {
  const std::size_t offset = stream_.current().offset;
  const Expr* first = parse_sum();
  std::vector<const Expr*> operands = {first};
  std::vector<Comparison> comparisons;
  constexpr std::pair<TokenKind, Comparison> kTable[] = {
      {TokenKind::kEqual, Comparison::kEqual},     {TokenKind::kNotEqual, Comparison::kNotEqual},
      {TokenKind::kLess, Comparison::kLess},       {TokenKind::kLessEqual, Comparison::kLessEqual},
      {TokenKind::kGreater, Comparison::kGreater}, {TokenKind::kGreaterEqual, Comparison::kGreaterEqual},
  };
  while (true) {
    const auto* row = std::find_if(std::begin(kTable), std::end(kTable),
                                   [&](const auto& entry) { return entry.first == stream_.current().kind; });
    if (row != std::end(kTable)) {
      stream_.take();
      comparisons.push_back(row->second);
    } else if (stream_.skip_name("in")) {
      comparisons.push_back(Comparison::kIn);
    } else if (stream_.is_name("not") && stream_.ahead().kind == TokenKind::kName && stream_.ahead().text == "in") {
      stream_.take();
      stream_.take();
      comparisons.push_back(Comparison::kNotIn);
    } else {
      break;
    }
    operands.push_back(parse_sum());
  }
  if (comparisons.empty()) return first;
  Expr* expr = make(ExprKind::kCompare, offset);
  expr->operands = std::move(operands);
  expr->comparisons = std::move(comparisons);
  return expr;
}

const Expr* ExpressionParser::parse_sum() {
  const Expr* left = parse_concat();
  while (stream_.is(TokenKind::kAdd) || stream_.is(TokenKind::kSubtract)) {
    const Operator op = stream_.is(TokenKind::kAdd) ? Operator::kAdd : Operator::kSubtract;
    const std::size_t offset = stream_.take().offset;
    left = binary(op, offset, left, parse_concat());
  }
  return left;
}

const Expr* ExpressionParser::parse_concat() {
  const std::size_t offset = stream_.current().offset;
  const Expr* first = parse_product();
  if (!stream_.is(TokenKind::kTilde)) return first;
  std::vector<const Expr*> operands = {first};
  while (stream_.skip(TokenKind::kTilde)) operands.push_back(parse_product());
  Expr* expr = make(ExprKind::kConcat, offset);
  expr->operands = std::move(operands);
  return expr;
}

const Expr* ExpressionParser::parse_product() {
  constexpr std::pair<TokenKind, Operator> kTable[] = {
      {TokenKind::kMultiply, Operator::kMultiply},
      {TokenKind::kDivide, Operator::kDivide},
      {TokenKind::kFloorDivide, Operator::kFloorDivide},
      {TokenKind::kModulo, Operator::kModulo},
  };
  const Expr* left = parse_power();
  while (true) {
    const auto* row = std::find_if(std::begin(kTable), std::end(kTable),
                                   [&](const auto& entry) { return entry.first == stream_.current().kind; });
    if (row == std::end(kTable)) return left;
    const std::size_t offset = stream_.take().offset;
    left = binary(row->second, offset, left, parse_power());
  }
}

// Unlike Python's, Jinja's ** groups from the left and binds weaker than a sign: -2 ** 2 is 4.
const Expr* ExpressionParser::parse_power() {
  const Expr* left = parse_unary(WithFilters::kYes);
  while (stream_.is(TokenKind::kPower)) {
    const std::size_t offset = stream_.take().offset;
    left = binary(Operator::kPower, offset, left, parse_unary(WithFilters::kYes));
  }
  return left;
}

const Expr* ExpressionParser::parse_unary(WithFilters filters) {
  const Expr* operand = nullptr;
  if (stream_.is(TokenKind::kSubtract) || stream_.is(TokenKind::kAdd)) {
    const ExprKind kind = stream_.is(TokenKind::kSubtract) ? ExprKind::kNegate : ExprKind::kPositive;
    Expr* expr = make(kind, stream_.take().offset);
    enter();
    expr->operands = {parse_unary(WithFilters::kNo)};
    leave();
    operand = expr;
  } else {
    operand = parse_primary();
  }
  operand = parse_postfix(operand);
  return filters == WithFilters::kYes ? parse_postfix_filters(operand) : operand;
}

const Expr* ExpressionParser::parse_primary() {
  switch (stream_.current().kind) {
    case TokenKind::kName: return parse_name();
    case TokenKind::kString: return parse_strings();
    case TokenKind::kInteger:
    case TokenKind::kFloat: return constant(stream_.take());
    case TokenKind::kOpenParen: return parse_parenthesized();
    case TokenKind::kOpenBracket: return parse_list();
    case TokenKind::kOpenBrace: return parse_dict();
    default: stream_.fail_unexpected("an expression");
  }
}

const Expr* ExpressionParser::parse_name() {
  const Token& token = stream_.take();
  const std::string_view name = token.text;
  const bool truth = name == "true" || name == "True";
  if (truth || name == "false" || name == "False") {
    Expr* expr = make(ExprKind::kConstant, token.offset);
    expr->constant = Val::boolean(truth);
    return expr;
  }
  if (name == "none" || name == "None") {
    Expr* expr = make(ExprKind::kConstant, token.offset);
    expr->constant = no_value();
    return expr;
  }
  mentions_.note(name);
  Expr* expr = make(ExprKind::kName, token.offset);
  expr->name = result_.names.id(name);
  return expr;
}

const Expr* ExpressionParser::parse_strings() {
  Expr* expr = make(ExprKind::kConstant, stream_.current().offset);
  std::string text;
  while (stream_.is(TokenKind::kString)) text += stream_.take().value;
  expr->constant = runtime_.text(std::move(text));
  return expr;
}

const Expr* ExpressionParser::constant(const Token& token) {
  Expr* expr = make(ExprKind::kConstant, token.offset);
  if (token.kind == TokenKind::kFloat) {
    expr->constant = Val::real(parse_float(token.text).value_or(0));
    return expr;
  }
  const auto integer = parse_integer(token.text, 0);
  if (!integer) fail_at(token.offset, ErrorKind::kSyntax, "the integer is too long");
  if (const auto* big = std::get_if<BigInt>(&*integer)) {
    expr->constant = runtime_.number(*big);
  } else {
    expr->constant = Val::integer(std::get<std::int64_t>(*integer));
  }
  return expr;
}

const Expr* ExpressionParser::parse_parenthesized() {
  enter();
  const std::size_t offset = stream_.take().offset;
  const Expr* inner = nullptr;
  if (stream_.is(TokenKind::kCloseParen)) {
    inner = make(ExprKind::kTuple, offset);
  } else {
    inner = parse_tuple(Conditional::kYes);
  }
  stream_.expect(TokenKind::kCloseParen, "')'");
  leave();
  return inner;
}

const Expr* ExpressionParser::parse_list() {
  enter();
  Expr* expr = make(ExprKind::kList, stream_.take().offset);
  while (!stream_.is(TokenKind::kCloseBracket)) {
    expr->operands.push_back(parse_conditional());
    if (!stream_.skip(TokenKind::kComma)) break;
  }
  stream_.expect(TokenKind::kCloseBracket, "']'");
  leave();
  return expr;
}

const Expr* ExpressionParser::parse_dict() {
  enter();
  Expr* expr = make(ExprKind::kDict, stream_.take().offset);
  while (!stream_.is(TokenKind::kCloseBrace)) {
    expr->operands.push_back(parse_conditional());
    stream_.expect(TokenKind::kColon, "':'");
    expr->operands.push_back(parse_conditional());
    if (!stream_.skip(TokenKind::kComma)) break;
  }
  stream_.expect(TokenKind::kCloseBrace, "'}'");
  leave();
  return expr;
}

}  // namespace sennit::spec::tmpl
