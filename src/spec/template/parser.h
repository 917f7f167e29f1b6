// Builds a Template from a source text.
//
// Threads:   one parser, one thread.
// Ownership: the result refers to `source` and to the values of `runtime`; both must outlive it.
// Errors:    a Fault of kind kSyntax, kUnknownTag or kLimit (nesting), with its place.
#pragma once

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "spec/template/ast.h"
#include "spec/template/expression_lexer.h"
#include "spec/template/fault.h"
#include "spec/template/tag_scanner.h"

namespace sennit::spec::tmpl {

class Runtime;

// Tags {{ }} that cannot be read are noted in `faults`, and print kStandIn.
std::unique_ptr<Template> parse_template(Runtime& runtime, std::string_view source, FaultList& faults);

// What is printed for a {{ }} that failed: a value that fits in most places of a workflow.
inline constexpr std::string_view kStandIn = "x";

// The tokens of one tag, read one after the other.
class TokenStream {
 public:
  std::vector<Token>& buffer() { return tokens_; }
  void rewind() { at_ = 0; }

  const Token& current() const { return tokens_[at_]; }
  const Token& ahead() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  bool is(TokenKind kind) const { return current().kind == kind; }
  bool is_name(std::string_view name) const { return is(TokenKind::kName) && current().text == name; }
  const Token& take() { return at_ + 1 < tokens_.size() ? tokens_[at_++] : tokens_[at_]; }
  bool skip(TokenKind kind);
  bool skip_name(std::string_view name);
  const Token& expect(TokenKind kind, std::string_view what);

  [[noreturn]] void fail_unexpected(std::string_view expected) const;

 private:
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
};

// The grammar of expressions. Statements use it for their parts.
class ExpressionParser {
 public:
  ExpressionParser(Runtime& runtime, Template& result, TokenStream& stream)
      : runtime_(runtime), result_(result), stream_(stream) {}

  enum class Conditional : bool { kNo, kYes };
  // `a, b` is a tuple; `stop` is a word that ends it ("in", "recursive").
  const Expr* parse_tuple(Conditional conditional, std::string_view stop = {});
  const Expr* parse_expression() { return parse_conditional(); }
  const Expr* parse_or();
  // The |f|g after an operand; with `start` the first filter needs no bar ({% filter upper %}).
  enum class Start : bool { kBar, kName };
  const Expr* parse_filters(const Expr* operand, Start start);
  Target parse_target(std::string_view stop);
  NameId take_name();

  // Filters and tests that do not exist. Inside an `if` they are an error only when they are reached, as in Jinja;
  // whoever parses one forgets those that were found since.
  std::vector<const Expr*>& unknown() { return unknown_; }
  // How often these names were mentioned so far; whoever parses a body compares before and after.
  struct Mentions {
    std::size_t loop = 0;
    std::size_t varargs = 0;
    std::size_t kwargs = 0;
    std::size_t caller = 0;

    void note(std::string_view name);
  };
  const Mentions& mentions() const { return mentions_; }

  // Nesting of brackets and of statements, together.
  void enter();
  void leave() { --depth_; }
  std::size_t& depth() { return depth_; }  // to be set back after a Fault

  Expr* make(ExprKind kind, std::size_t offset);

 private:
  const Expr* parse_conditional();
  const Expr* parse_and();
  const Expr* parse_not();
  const Expr* parse_comparison();
  const Expr* parse_sum();
  const Expr* parse_concat();
  const Expr* parse_product();
  const Expr* parse_power();
  enum class WithFilters : bool { kNo, kYes };
  const Expr* parse_unary(WithFilters filters);
  const Expr* parse_primary();
  const Expr* parse_name();
  const Expr* parse_strings();
  const Expr* parse_parenthesized();
  const Expr* parse_list();
  const Expr* parse_dict();
  const Expr* parse_postfix(const Expr* operand);
  const Expr* parse_postfix_filters(const Expr* operand);
  const Expr* parse_attribute(const Expr* object);
  const Expr* parse_subscript(const Expr* object);
  const Expr* parse_slice_or_index(const Expr* object);
  const Expr* parse_call(const Expr* callee);
  const Expr* parse_test(const Expr* operand);
  std::unique_ptr<CallArgs> parse_call_args();
  void parse_argument(CallArgs& args);
  std::string_view parse_dotted_name(std::string_view what);

  const Expr* binary(Operator op, std::size_t offset, const Expr* left, const Expr* right);
  const Expr* constant(const Token& token);

  Runtime& runtime_;
  Template& result_;
  TokenStream& stream_;
  Mentions mentions_;
  std::vector<const Expr*> unknown_;
  std::size_t depth_ = 0;
};

}  // namespace sennit::spec::tmpl
