// The grammar of text, {{ }} and {% %}: what parse_template() runs.
//
// Threads:   one parser, one thread.
// Ownership: as parse_template().
// Errors:    as parse_template().
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "spec/template/ast.h"
#include "spec/template/fault.h"
#include "spec/template/parser.h"
#include "spec/template/tag_scanner.h"

namespace sennit::spec::tmpl {

class StatementParser {
 public:
  using Ends = std::initializer_list<std::string_view>;
  struct Rule {
    std::string_view name;
    void (StatementParser::*parse)(Stmt& stmt);
  };
  static const Rule kRules[];

  StatementParser(Runtime& runtime, std::string_view source, Template& result, FaultList& faults)
      : runtime_(runtime),
        source_(source),
        result_(result),
        faults_(faults),
        scanner_(source),
        expressions_(runtime, result, stream_) {}

  void parse_all() {
    parse_body(result_.body, {});
    for (const Expr* expr : expressions_.unknown()) note_unknown_function(*expr);
  }

 private:
  // What is open, for messages and to know what may follow.
  struct Open {
    std::string_view tag;
    std::size_t offset;
    Ends ends;
  };

  Tag next_tag(Body& body);
  void parse_print(Body& body, const Tag& tag);
  void add_token(Body& body, const Tag& tag);
  std::string_view parse_body(Body& body, Ends ends);
  void parse_statement(Body& body, const Token& name);
  [[noreturn]] void fail_unclosed();
  void note_unknown_function(const Expr& expr);
  void blame_opening(const Tag& tag, Fault& fault) const;
  void leave_out(Body& body, const Tag& tag, Fault fault);
  [[noreturn]] void fail_unknown(const Token& name);

  void begin_body();
  std::string_view block(Body& body, std::string_view tag, std::size_t offset, Ends ends);
  void end_tag() { stream_.expect(TokenKind::kEnd, "the end of the tag"); }
  Compound& compound(Stmt& stmt, StmtKind kind);
  void parse_macro_parameters(MacroBody& macro);
  void parse_macro_body(MacroBody& macro, std::string_view tag, std::size_t offset, Ends ends);

  void parse_if(Stmt& stmt);
  void parse_for(Stmt& stmt);
  void parse_set(Stmt& stmt);
  void parse_macro(Stmt& stmt);
  void parse_call(Stmt& stmt);
  void parse_filter(Stmt& stmt);
  void parse_with(Stmt& stmt);
  void parse_autoescape(Stmt& stmt);
  void parse_named_block(Stmt& stmt);
  void parse_print_statement(Stmt& stmt);
  void parse_unsupported(Stmt& stmt);

  Runtime& runtime_;
  std::string_view source_;
  Template& result_;
  FaultList& faults_;
  TokenStream stream_;
  TagScanner scanner_;
  ExpressionParser expressions_;
  std::vector<Open> open_;
  std::vector<TextRange> texts_;
};

}  // namespace sennit::spec::tmpl
