#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "spec/template/fault.h"
#include "spec/template/filters.h"
#include "spec/template/parser.h"
#include "spec/template/runtime.h"
#include "spec/template/unicode.h"

namespace sennit::spec::tmpl {

namespace {

using Ends = std::initializer_list<std::string_view>;

class StatementParser {
 public:
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

const StatementParser::Rule StatementParser::kRules[] = {
    {"if", &StatementParser::parse_if},
    {"for", &StatementParser::parse_for},
    {"set", &StatementParser::parse_set},
    {"macro", &StatementParser::parse_macro},
    {"call", &StatementParser::parse_call},
    {"filter", &StatementParser::parse_filter},
    {"with", &StatementParser::parse_with},
    {"autoescape", &StatementParser::parse_autoescape},
    {"block", &StatementParser::parse_named_block},
    {"print", &StatementParser::parse_print_statement},
    {"include", &StatementParser::parse_unsupported},
    {"import", &StatementParser::parse_unsupported},
    {"from", &StatementParser::parse_unsupported},
    {"extends", &StatementParser::parse_unsupported},
};

Tag StatementParser::next_tag(Body& body) {
  texts_.clear();
  const Tag tag = scanner_.next(texts_);
  for (const TextRange& text : texts_) {
    Stmt& stmt = body.emplace_back();
    stmt.offset = static_cast<std::uint32_t>(text.begin);
    stmt.end = static_cast<std::uint32_t>(text.end);
  }
  if (tag.kind != Tag::Kind::kPrint && tag.kind != Tag::Kind::kBlock) return tag;
  const TagKind kind = tag.kind == Tag::Kind::kPrint ? TagKind::kPrint : TagKind::kBlock;
  try {
    scanner_.resume(lex_tag(source_, tag.inside, kind, stream_.buffer()));
  } catch (Fault& fault) {
    if (fault.offset == tag.inside) fault.offset = tag.offset;  // a missing end is shown where the tag opens
    blame_opening(tag, fault);
    if (tag.kind == Tag::Kind::kBlock) throw;
    leave_out(body, tag, std::move(fault));
    return next_tag(body);
  }
  stream_.rewind();
  return tag;
}

// What follows a tag that is not closed is read as a part of it, and fails in some way or other: tell the cause.
void StatementParser::blame_opening(const Tag& tag, Fault& fault) const {
  if (fault.kind != ErrorKind::kSyntax || is_closed(source_, tag)) return;
  fault.offset = tag.offset;
  fault.name = source_.substr(tag.offset, 2);
  fault.message = fmt::format("'{}' is not closed: '{}' is missing", fault.name, fault.name == "{{" ? "}}" : "%}");
}

// Goes on behind a {{ }} that cannot be read.
void StatementParser::leave_out(Body& body, const Tag& tag, Fault fault) {
  faults_.note(std::move(fault));
  Expr* expr = expressions_.make(ExprKind::kConstant, tag.offset);
  expr->constant = runtime_.text(std::string(kStandIn));
  Stmt& stmt = body.emplace_back();
  stmt.kind = StmtKind::kPrint;
  stmt.offset = static_cast<std::uint32_t>(tag.offset);
  stmt.expr = expr;
  scanner_.resume(end_of_unreadable(source_, tag));
}

void StatementParser::parse_print(Body& body, const Tag& tag) {
  const std::size_t depth = expressions_.depth();
  try {
    const Expr* expr = expressions_.parse_tuple(ExpressionParser::Conditional::kYes);
    stream_.expect(TokenKind::kEnd, "'}}'");
    Stmt& stmt = body.emplace_back();
    stmt.kind = StmtKind::kPrint;
    stmt.offset = static_cast<std::uint32_t>(tag.offset);
    stmt.expr = expr;
  } catch (Fault& fault) {
    expressions_.depth() = depth;
    blame_opening(tag, fault);
    leave_out(body, tag, std::move(fault));
  }
}

// {{ output }} becomes {{output}}, unless a variable has that name; {{ input:0 }} cannot be a variable.
void StatementParser::add_token(Body& body, const Tag& tag) {
  Expr* expr = expressions_.make(ExprKind::kRuntimeToken, tag.offset);
  expr->text = result_.texts.emplace_back(fmt::format("{{{{{}}}}}", tag.name));
  expr->name = result_.names.id(tag.name);
  Stmt& stmt = body.emplace_back();
  stmt.kind = StmtKind::kPrint;
  stmt.offset = static_cast<std::uint32_t>(tag.offset);
  stmt.expr = expr;
}

void StatementParser::note_unknown_function(const Expr& expr) {
  const bool filter = expr.kind == ExprKind::kFilter;
  faults_.note({filter ? ErrorKind::kUnknownFilter : ErrorKind::kUnknownTest,
                fmt::format("there is no {} '{}'", filter ? "filter" : "test", expr.text), std::string(expr.text),
                expr.offset});
}

void StatementParser::fail_unclosed() {
  const Open& open = open_.back();
  std::string expected;
  for (const std::string_view end : open.ends) {
    if (!expected.empty()) expected += " or ";
    expected += fmt::format("'{}'", end);
  }
  fail_at(open.offset, ErrorKind::kSyntax, fmt::format("this '{}' is not closed: {} is missing", open.tag, expected),
          std::string(open.tag));
}

void StatementParser::fail_unknown(const Token& name) {
  const bool closes = name.text.starts_with("end") || name.text == "else" || name.text == "elif";
  std::string message = fmt::format("there is no tag '{}'", name.text);
  if (closes) {
    message = fmt::format("unexpected '{}'", name.text);
    if (!open_.empty()) {
      message +=
          fmt::format(", '{}' of line {} is open", open_.back().tag, position_of(source_, open_.back().offset).line);
    }
  }
  fail_at(name.offset, closes ? ErrorKind::kSyntax : ErrorKind::kUnknownTag, std::move(message),
          closes ? std::string() : std::string(name.text));
}

void StatementParser::parse_statement(Body& body, const Token& name) {
  for (const Rule& rule : kRules) {
    if (rule.name != name.text) continue;
    Stmt stmt;
    stmt.offset = name.offset;
    stream_.take();
    expressions_.enter();
    (this->*rule.parse)(stmt);
    expressions_.leave();
    body.push_back(std::move(stmt));
    return;
  }
  fail_unknown(name);
}

// Reads statements up to one of `ends`, whose name is returned with the stream after it; or all there is.
std::string_view StatementParser::parse_body(Body& body, Ends ends) {
  while (true) {
    const Tag tag = next_tag(body);
    switch (tag.kind) {
      case Tag::Kind::kEnd:
        if (ends.size() != 0) fail_unclosed();
        return {};
      case Tag::Kind::kPrint: parse_print(body, tag); break;
      case Tag::Kind::kSpacedToken: add_token(body, tag); break;
      case Tag::Kind::kBlock: {
        if (!stream_.is(TokenKind::kName)) stream_.fail_unexpected("the name of a tag");
        const auto* end = std::find(ends.begin(), ends.end(), stream_.current().text);
        if (end != ends.end()) {
          stream_.take();
          return *end;
        }
        parse_statement(body, stream_.current());
      }
    }
  }
}

void StatementParser::begin_body() {
  stream_.skip(TokenKind::kColon);
  end_tag();
}

std::string_view StatementParser::block(Body& body, std::string_view tag, std::size_t offset, Ends ends) {
  begin_body();
  open_.push_back({tag, offset, ends});
  const std::string_view end = parse_body(body, ends);
  open_.pop_back();
  return end;
}

Compound& StatementParser::compound(Stmt& stmt, StmtKind kind) {
  stmt.kind = kind;
  stmt.more = std::make_unique<Compound>();
  return *stmt.more;
}

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

}  // namespace

std::unique_ptr<Template> parse_template(Runtime& runtime, std::string_view source, FaultList& faults) {
  auto result = std::make_unique<Template>();
  StatementParser(runtime, source, *result, faults).parse_all();
  return result;
}

std::vector<std::string_view> tag_names() {
  std::vector<std::string_view> names = {"else",     "elif",    "endif",     "endfor",  "endset",
                                         "endmacro", "endcall", "endfilter", "endwith", "endautoescape",
                                         "endblock", "raw",     "endraw"};
  for (const StatementParser::Rule& rule : StatementParser::kRules) names.push_back(rule.name);
  return names;
}

}  // namespace sennit::spec::tmpl
