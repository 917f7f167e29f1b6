// Statements.
#include <fmt/format.h>

#include <utility>

#include "spec/template/access.h"
#include "spec/template/compare.h"
#include "spec/template/display.h"
#include "spec/template/evaluator.h"
#include "spec/template/filters.h"
#include "spec/template/iterate.h"

namespace sennit::spec::tmpl {

const Val* Scope::find(NameId name) const {
  for (const Entry& entry : entries_) {
    if (entry.first == name) return &entry.second;
  }
  return nullptr;
}

void Scope::set(NameId name, Val value) {
  for (Entry& entry : entries_) {
    if (entry.first != name) continue;
    entry.second = std::move(value);
    return;
  }
  entries_.emplace_back(name, std::move(value));
}

void Scope::clear() {
  entries_.clear();
  parent = Ref<Scope>();
}

void Output::check() const {
  if (map_ == nullptr) return runtime_.heap().check_room(text_->size());
  if (text_->size() > runtime_.options().max_output_bytes) {
    fail(ErrorKind::kLimit, fmt::format("the rendered text is longer than {} bytes (max_output_bytes)",
                                        runtime_.options().max_output_bytes));
  }
}

void Output::copy(std::size_t begin, std::size_t end) {
  runtime_.step(1 + (end - begin) / 64);
  if (map_ != nullptr) source_.map_text(*map_, text_->size(), begin, end);
  text_->append(source_.text().substr(begin, end - begin));
  check();
}

void Output::write(std::size_t offset, const Val& value) {
  if (map_ != nullptr) map_->add_computed(text_->size(), source_.original(offset));
  append_text(runtime_, *text_, value);
  check();
}

void Output::write_escaped(std::size_t offset, const Val& value) {
  write(offset, runtime_.autoescape() ? escaped(runtime_, value) : value);
}

namespace {

Val captured_value(Runtime& runtime, std::string text) {
  return runtime.text(std::move(text), runtime.autoescape() ? Markup::kSafe : Markup::kPlain);
}

}  // namespace

class Evaluator::ScopeChange {
 public:
  ScopeChange(Evaluator& evaluator, Ref<Scope> scope)
      : evaluator_(evaluator), before_(std::exchange(evaluator.scope_, std::move(scope))) {}
  ScopeChange(const ScopeChange&) = delete;
  ScopeChange& operator=(const ScopeChange&) = delete;
  ~ScopeChange() { evaluator_.scope_ = std::move(before_); }

 private:
  Evaluator& evaluator_;
  Ref<Scope> before_;
};

Evaluator::Evaluator(Runtime& runtime, const Template& parsed, const SourceText& source, const Variables& variables,
                     FaultList& faults)
    : runtime_(runtime),
      parsed_(parsed),
      variables_(variables),
      faults_(faults),
      top_(parsed.names.size()),
      top_defined_(parsed.names.size()),
      output_(runtime, source, result_) {}

Rendered Evaluator::run() {
  execute(parsed_.body);
  return std::move(result_);
}

void Evaluator::execute(const Body& body) {
  for (const Stmt& stmt : body) execute(stmt);
}

void Evaluator::execute(const Stmt& stmt) {
  if (stmt.kind == StmtKind::kText) return output_.copy(stmt.offset, stmt.end);
  const Runtime::Level level(runtime_);
  runtime_.step();
  try {
    if (stmt.kind == StmtKind::kPrint) return output_.write_escaped(stmt.offset, evaluate(*stmt.expr));
    execute_compound(stmt);
  } catch (Fault& fault) {
    const std::size_t here = stmt.kind == StmtKind::kPrint ? stmt.expr->offset : stmt.offset;
    if (fault.offset == Fault::kNowhere) fault.offset = here;
    faults_.note(std::move(fault));
    // Something stands in, so that what comes later does not fail only for the sake of this.
    const Val stand_in = runtime_.text(std::string(kStandIn));
    if (stmt.kind == StmtKind::kPrint) return output_.write(stmt.offset, stand_in);
    faults_.spoil();
    const bool names = stmt.kind == StmtKind::kSet && stmt.more->targets[0].kind == Target::Kind::kName;
    if (names) assign(stmt.more->targets[0], stand_in);
  }
}

void Evaluator::execute_compound(const Stmt& stmt) {
  const Compound& more = *stmt.more;
  switch (stmt.kind) {
    case StmtKind::kText:
    case StmtKind::kPrint: return;  // handled by the caller
    case StmtKind::kIf: return execute_if(more);
    case StmtKind::kFor: return execute_for(stmt, evaluate(*more.values[0]), 1);
    case StmtKind::kSet: return assign(more.targets[0], evaluate(*more.values[0]));
    case StmtKind::kSetBlock: return execute_set_block(more);
    case StmtKind::kMacro: return define(more.name, make_macro(*this, more.macro, scope_));
    case StmtKind::kCall: return execute_call_block(stmt);
    case StmtKind::kFilter: return execute_filter(stmt);
    case StmtKind::kWith: return execute_with(more);
    case StmtKind::kAutoescape: return execute_autoescape(more);
    case StmtKind::kBlock: return execute_block(more);
    case StmtKind::kUnsupported: fail(ErrorKind::kUnsupported, more.message);
  }
}

void Evaluator::execute_if(const Compound& more) {
  for (const Branch& branch : more.branches) {
    if (branch.condition == nullptr || truthy(evaluate(*branch.condition))) return execute(branch.body);
  }
}

void Evaluator::define(NameId name, Val value) {
  if (scope_) return scope_->set(name, std::move(value));
  top_[name] = std::move(value);
  top_defined_[name] = true;
}

void Evaluator::assign(const Target& target, Val value) {
  switch (target.kind) {
    case Target::Kind::kName: return define(target.name, std::move(value));
    case Target::Kind::kAttribute: {
      const Val* object = find_name(target.name);
      if (object == nullptr || !object->is(Kind::kNamespace)) {
        fail_at(target.offset, ErrorKind::kType, "only attributes of a namespace() can be set");
      }
      return object->as<Namespace>().attributes->set(runtime_.text(std::string(target.attribute)), std::move(value));
    }
    case Target::Kind::kTuple: {
      std::vector<Val> items = items_of(runtime_, value);
      if (items.size() != target.items.size()) {
        fail_at(target.offset, ErrorKind::kValue,
                fmt::format("{} names for {} values", target.items.size(), items.size()));
      }
      for (std::size_t i = 0; i < items.size(); ++i) assign(target.items[i], std::move(items[i]));
    }
  }
}

bool Evaluator::passes_filter(const Compound& more, const Val& item) {
  if (more.filter == nullptr) return true;
  const ScopeChange inside(*this, Ref<Scope>(new Scope(runtime_.heap(), scope_)));
  assign(more.targets[0], item);
  return truthy(evaluate(*more.filter));
}

bool Evaluator::loop_plainly(const Stmt& stmt, const Val& items) {
  const Compound& more = *stmt.more;
  Iterator iterator(runtime_, items);
  bool any = false;
  Val item;
  while (iterator.next(item)) {
    if (!passes_filter(more, item)) continue;
    any = true;
    const ScopeChange inside(*this, Ref<Scope>(new Scope(runtime_.heap(), scope_)));
    assign(more.targets[0], std::move(item));
    execute(more.body);
  }
  return any;
}

bool Evaluator::loop_with_state(const Stmt& stmt, const Val& items, std::size_t depth) {
  const Compound& more = *stmt.more;
  std::vector<Val> passed;
  for (Val& each : items_of(runtime_, items)) {
    if (passes_filter(more, each)) passed.push_back(std::move(each));
  }
  const bool any = !passed.empty();
  const Ref<Loop> loop(new Loop(*this, stmt, std::move(passed), scope_, depth));
  Val item;
  while (loop->advance(item)) {
    const ScopeChange inside(*this, Ref<Scope>(new Scope(runtime_.heap(), scope_)));
    assign(more.targets[0], std::move(item));
    scope_->set(kLoopName, loop);
    execute(more.body);
  }
  return any;
}

void Evaluator::execute_for(const Stmt& stmt, const Val& items, std::size_t depth) {
  const Compound& more = *stmt.more;
  const bool any = more.uses_loop ? loop_with_state(stmt, items, depth) : loop_plainly(stmt, items);
  if (any || more.otherwise.empty()) return;
  const ScopeChange inside(*this, Ref<Scope>(new Scope(runtime_.heap(), scope_)));
  execute(more.otherwise);
}

std::string Evaluator::capture(const Body& body, const Ref<Scope>& scope) {
  std::string text;
  const Output::Redirect redirect(output_, text);
  const ScopeChange inside(*this, scope);
  execute(body);
  return text;
}

std::string Evaluator::capture_loop(const Stmt& loop, const Val& items, const Ref<Scope>& scope, std::size_t depth) {
  std::string text;
  const Output::Redirect redirect(output_, text);
  const ScopeChange inside(*this, scope);
  execute_for(loop, items, depth);
  return text;
}

Val Evaluator::evaluate_in(const Expr& expr, const Ref<Scope>& scope) {
  const ScopeChange inside(*this, scope);
  return evaluate(expr);
}

// The innermost filter of the chain has no operand: it takes what was captured.
Val Evaluator::apply_chain(const Expr* chain, Val value) {
  if (chain == nullptr) return value;
  Val input = apply_chain(chain->operands[0], std::move(value));
  try {
    return evaluate_filter(*chain, std::move(input));
  } catch (Fault& fault) {
    if (fault.offset == Fault::kNowhere) fault.offset = chain->offset;
    throw;
  }
}

void Evaluator::execute_set_block(const Compound& more) {
  Val value = captured_value(runtime_, capture(more.body, Ref<Scope>(new Scope(runtime_.heap(), scope_))));
  assign(more.targets[0], apply_chain(more.filter, std::move(value)));
}

void Evaluator::execute_call_block(const Stmt& stmt) {
  const Compound& more = *stmt.more;
  const Expr& invoked = *more.values[0];
  const Val callee = evaluate(*invoked.operands[0]);
  Args args = evaluate_args(invoked.args.get());
  args.named.emplace_back("caller", make_macro(*this, more.macro, scope_));
  runtime_.at(invoked.offset);
  output_.write(stmt.offset, call(runtime_, callee, args));
}

void Evaluator::execute_filter(const Stmt& stmt) {
  const Compound& more = *stmt.more;
  Val value = captured_value(runtime_, capture(more.body, Ref<Scope>(new Scope(runtime_.heap(), scope_))));
  output_.write_escaped(stmt.offset, apply_chain(more.filter, std::move(value)));
}

void Evaluator::execute_with(const Compound& more) {
  std::vector<Val> values;
  for (const Expr* value : more.values) values.push_back(evaluate(*value));
  const ScopeChange inside(*this, Ref<Scope>(new Scope(runtime_.heap(), scope_)));
  for (std::size_t i = 0; i < values.size(); ++i) assign(more.targets[i], std::move(values[i]));
  execute(more.body);
}

void Evaluator::execute_autoescape(const Compound& more) {
  const bool before = runtime_.autoescape();
  runtime_.set_autoescape(truthy(evaluate(*more.values[0])));
  const ScopeChange inside(*this, Ref<Scope>(new Scope(runtime_.heap(), scope_)));
  execute(more.body);
  runtime_.set_autoescape(before);
}

// Nothing extends a workflow, so a block is simply printed; unless it is scoped it sees the top's names only.
void Evaluator::execute_block(const Compound& more) {
  const Ref<Scope> outer = more.scoped ? scope_ : Ref<Scope>();
  const ScopeChange inside(*this, Ref<Scope>(new Scope(runtime_.heap(), outer)));
  execute(more.body);
}

}  // namespace sennit::spec::tmpl
