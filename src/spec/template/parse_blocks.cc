// The tags: one function for each word of {% %}.
#include "spec/template/statement_parser.h"

namespace sennit::spec::tmpl {

void StatementParser::parse_if(Stmt& stmt) {
  Compound& more = compound(stmt, StmtKind::kIf);
  std::string_view end = "if";
  const std::size_t unknown_before = expressions_.unknown().size();
  while (end == "if" || end == "elif") {
    const Expr* condition = expressions_.parse_tuple(ExpressionParser::Conditional::kNo);
    Branch& branch = more.branches.emplace_back();
    branch.condition = condition;
    end = block(branch.body, "if", stmt.offset, {"elif", "else", "endif"});
  }
  if (end == "else") block(more.branches.emplace_back().body, "if", stmt.offset, {"endif"});
  expressions_.unknown().resize(unknown_before);
  end_tag();
}

void StatementParser::parse_for(Stmt& stmt) {
  Compound& more = compound(stmt, StmtKind::kFor);
  more.targets.push_back(expressions_.parse_target("in"));
  if (more.targets[0].kind == Target::Kind::kName && more.targets[0].name == kLoopName) {
    fail_at(more.targets[0].offset, ErrorKind::kSyntax, "'loop' cannot be the variable of a loop");
  }
  if (!stream_.skip_name("in")) stream_.fail_unexpected("'in'");
  more.values.push_back(expressions_.parse_tuple(ExpressionParser::Conditional::kNo, "recursive"));
  if (stream_.skip_name("if")) more.filter = expressions_.parse_expression();
  more.recursive = stream_.skip_name("recursive");
  const std::size_t mentioned = expressions_.mentions().loop;
  const std::string_view end = block(more.body, "for", stmt.offset, {"else", "endfor"});
  more.uses_loop = more.recursive || expressions_.mentions().loop != mentioned;
  if (end == "else") block(more.otherwise, "for", stmt.offset, {"endfor"});
  end_tag();
}

void StatementParser::parse_set(Stmt& stmt) {
  Compound& more = compound(stmt, StmtKind::kSet);
  more.targets.push_back(expressions_.parse_target({}));
  if (stream_.skip(TokenKind::kAssign)) {
    more.values.push_back(expressions_.parse_tuple(ExpressionParser::Conditional::kYes));
    return end_tag();
  }
  stmt.kind = StmtKind::kSetBlock;
  more.filter = expressions_.parse_filters(nullptr, ExpressionParser::Start::kBar);
  block(more.body, "set", stmt.offset, {"endset"});
  end_tag();
}

void StatementParser::parse_macro_parameters(MacroBody& macro) {
  stream_.expect(TokenKind::kOpenParen, "'('");
  while (!stream_.is(TokenKind::kCloseParen)) {
    Parameter parameter{expressions_.take_name()};
    if (stream_.skip(TokenKind::kAssign)) {
      parameter.otherwise = expressions_.parse_expression();
    } else if (!macro.parameters.empty() && macro.parameters.back().otherwise != nullptr) {
      stream_.fail_unexpected("a default value, because the parameter before has one");
    }
    macro.parameters.push_back(parameter);
    if (!stream_.skip(TokenKind::kComma)) break;
  }
  stream_.expect(TokenKind::kCloseParen, "')'");
}

void StatementParser::parse_macro_body(MacroBody& macro, std::string_view tag, std::size_t offset, Ends ends) {
  const ExpressionParser::Mentions before = expressions_.mentions();
  block(macro.body, tag, offset, ends);
  const ExpressionParser::Mentions& after = expressions_.mentions();
  macro.takes_rest = after.varargs != before.varargs;
  macro.takes_named_rest = after.kwargs != before.kwargs;
  macro.takes_caller = after.caller != before.caller;
  end_tag();
}

void StatementParser::parse_macro(Stmt& stmt) {
  Compound& more = compound(stmt, StmtKind::kMacro);
  const Token& name = stream_.current();
  more.macro.name = name.text;
  more.name = expressions_.take_name();
  parse_macro_parameters(more.macro);
  parse_macro_body(more.macro, "macro", stmt.offset, {"endmacro"});
}

void StatementParser::parse_call(Stmt& stmt) {
  Compound& more = compound(stmt, StmtKind::kCall);
  more.macro.name = "caller";
  more.macro.anonymous = true;
  if (stream_.is(TokenKind::kOpenParen)) parse_macro_parameters(more.macro);
  const Expr* call = expressions_.parse_expression();
  if (call->kind != ExprKind::kCall) fail_at(call->offset, ErrorKind::kSyntax, "'call' needs a call: name(...)");
  more.values.push_back(call);
  parse_macro_body(more.macro, "call", stmt.offset, {"endcall"});
}

void StatementParser::parse_filter(Stmt& stmt) {
  Compound& more = compound(stmt, StmtKind::kFilter);
  more.filter = expressions_.parse_filters(nullptr, ExpressionParser::Start::kName);
  block(more.body, "filter", stmt.offset, {"endfilter"});
  end_tag();
}

void StatementParser::parse_with(Stmt& stmt) {
  Compound& more = compound(stmt, StmtKind::kWith);
  while (!stream_.is(TokenKind::kEnd) && !stream_.is(TokenKind::kColon)) {
    if (!more.targets.empty()) stream_.expect(TokenKind::kComma, "','");
    more.targets.push_back(expressions_.parse_target({}));
    stream_.expect(TokenKind::kAssign, "'='");
    more.values.push_back(expressions_.parse_expression());
  }
  block(more.body, "with", stmt.offset, {"endwith"});
  end_tag();
}

void StatementParser::parse_autoescape(Stmt& stmt) {
  Compound& more = compound(stmt, StmtKind::kAutoescape);
  more.values.push_back(expressions_.parse_expression());
  block(more.body, "autoescape", stmt.offset, {"endautoescape"});
  end_tag();
}

void StatementParser::parse_named_block(Stmt& stmt) {
  Compound& more = compound(stmt, StmtKind::kBlock);
  const std::string_view name = stream_.expect(TokenKind::kName, "the name of the block").text;
  more.scoped = stream_.skip_name("scoped");
  stream_.skip_name("required");
  block(more.body, "block", stmt.offset, {"endblock"});
  stream_.skip_name(name);
  end_tag();
}

void StatementParser::parse_print_statement(Stmt& stmt) {
  Compound& more = compound(stmt, StmtKind::kWith);  // no targets: its body prints one value after the other
  while (!stream_.is(TokenKind::kEnd)) {
    if (!more.body.empty()) stream_.expect(TokenKind::kComma, "','");
    Stmt print;
    print.kind = StmtKind::kPrint;
    print.offset = stream_.current().offset;
    print.expr = expressions_.parse_expression();
    more.body.push_back(std::move(print));
  }
  end_tag();
}

// As in Jinja without a loader, these fail only when they are reached.
void StatementParser::parse_unsupported(Stmt& stmt) {
  compound(stmt, StmtKind::kUnsupported).message =
      "include, import and extends are not available: a workflow is one file";
  if (stream_.is(TokenKind::kEnd)) stream_.fail_unexpected("the name of a template");
  while (!stream_.is(TokenKind::kEnd)) stream_.take();
  end_tag();
}

}  // namespace sennit::spec::tmpl
