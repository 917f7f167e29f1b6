#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "spec/template/filters.h"
#include "spec/template/runtime.h"
#include "spec/template/statement_parser.h"

namespace sennit::spec::tmpl {

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
