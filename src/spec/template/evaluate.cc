// Expressions.
#include <fmt/format.h>

#include <utility>

#include "spec/template/access.h"
#include "spec/template/arithmetic.h"
#include "spec/template/compare.h"
#include "spec/template/convert.h"
#include "spec/template/display.h"
#include "spec/template/evaluator.h"
#include "spec/template/filters.h"
#include "spec/template/iterate.h"

namespace sennit::spec::tmpl {

Val Evaluator::evaluate(const Expr& expr) {
  const Runtime::Level level(runtime_);
  runtime_.step();
  try {
    return dispatch(expr);
  } catch (Fault& fault) {
    if (fault.offset == Fault::kNowhere) fault.offset = expr.offset;
    throw;
  }
}

Val Evaluator::dispatch(const Expr& expr) {
  const auto operand = [&](std::size_t i) { return evaluate(*expr.operands[i]); };
  switch (expr.kind) {
    case ExprKind::kConstant: return expr.constant;
    case ExprKind::kName: return lookup(expr.name, expr);
    case ExprKind::kRuntimeToken: {
      const Val* value = find_name(expr.name);
      return value != nullptr ? *value : runtime_.text(std::string(expr.text), Markup::kSafe);
    }
    case ExprKind::kTuple:
    case ExprKind::kList: return evaluate_sequence(expr);
    case ExprKind::kDict: return evaluate_dict(expr);
    case ExprKind::kAttribute: {
      const Val object = operand(0);
      runtime_.at(expr.offset);
      return attribute(runtime_, object, expr.text);
    }
    case ExprKind::kItem: {
      const Val object = operand(0);
      const Val key = operand(1);
      runtime_.at(expr.offset);
      return item(runtime_, object, key);
    }
    case ExprKind::kSlice: return evaluate_slice(expr);
    case ExprKind::kCall: return evaluate_call(expr);
    case ExprKind::kFilter: return evaluate_filter(expr, operand(0));
    case ExprKind::kTest: return evaluate_test(expr);
    case ExprKind::kNot: return Val::boolean(!truthy(operand(0)));
    case ExprKind::kAnd: {
      Val left = operand(0);
      return truthy(left) ? operand(1) : left;
    }
    case ExprKind::kOr: {
      Val left = operand(0);
      return truthy(left) ? left : operand(1);
    }
    case ExprKind::kNegate: return negate(runtime_, operand(0));
    case ExprKind::kPositive: return positive(runtime_, operand(0));
    case ExprKind::kBinary: {
      const Val left = operand(0);
      return compute(runtime_, expr.op, left, operand(1));
    }
    case ExprKind::kConcat: return evaluate_concat(expr);
    case ExprKind::kCompare: return Val::boolean(evaluate_compare(expr));
    case ExprKind::kConditional: return evaluate_conditional(expr);
  }
  return {};
}

const Val* Evaluator::find_name(NameId name) {
  for (const Scope* scope = scope_.get(); scope != nullptr; scope = scope->parent.get()) {
    if (const Val* value = scope->find(name)) return value;
  }
  if (top_defined_[name]) return &top_[name];
  const auto variable = variables_.find(parsed_.names.name(name));
  if (variable == variables_.end()) return nullptr;
  top_[name] = convert(runtime_, variable->second);
  top_defined_[name] = true;
  return &top_[name];
}

Val Evaluator::lookup(NameId name, const Expr& expr) {
  if (const Val* value = find_name(name)) return *value;
  const std::string_view text = parsed_.names.name(name);
  if (const Builtin* global = find_global(text)) return Val::function(global);
  runtime_.at(expr.offset);
  return runtime_.missing(fmt::format("'{}' is undefined", text), std::string(text), ErrorKind::kUndefined);
}

Val Evaluator::evaluate_sequence(const Expr& expr) {
  std::vector<Val> items;
  items.reserve(expr.operands.size());
  for (const Expr* operand : expr.operands) items.push_back(evaluate(*operand));
  return expr.kind == ExprKind::kTuple ? runtime_.tuple(std::move(items)) : runtime_.list(std::move(items));
}

Val Evaluator::evaluate_dict(const Expr& expr) {
  const Ref<Dict> dict = runtime_.dict();
  for (std::size_t i = 0; i < expr.operands.size(); i += 2) {
    const Val key = evaluate(*expr.operands[i]);
    dict->set(key, evaluate(*expr.operands[i + 1]));
  }
  return dict;
}

Val Evaluator::evaluate_slice(const Expr& expr) {
  const auto part = [&](std::size_t i) { return expr.operands[i] == nullptr ? Val() : evaluate(*expr.operands[i]); };
  const Val object = part(0);
  const Val first = part(1);
  const Val last = part(2);
  return slice(runtime_, object, first, last, part(3));
}

Val Evaluator::evaluate_concat(const Expr& expr) {
  std::string text;
  for (const Expr* operand : expr.operands) {
    Val value = evaluate(*operand);
    if (runtime_.autoescape()) value = escaped(runtime_, value);
    append_text(runtime_, text, value);
    runtime_.heap().check_room(text.size());
  }
  runtime_.step(text.size() / 64);
  return runtime_.text(std::move(text), runtime_.autoescape() ? Markup::kSafe : Markup::kPlain);
}

bool Evaluator::evaluate_compare(const Expr& expr) {
  Val left = evaluate(*expr.operands[0]);
  for (std::size_t i = 0; i < expr.comparisons.size(); ++i) {
    Val right = evaluate(*expr.operands[i + 1]);
    bool holds = false;
    switch (expr.comparisons[i]) {
      case Comparison::kEqual: holds = equal(runtime_, left, right); break;
      case Comparison::kNotEqual: holds = !equal(runtime_, left, right); break;
      case Comparison::kLess: holds = less(runtime_, left, right); break;
      case Comparison::kGreater: holds = less(runtime_, right, left); break;
      case Comparison::kLessEqual: holds = less_or_equal(runtime_, left, right); break;
      case Comparison::kGreaterEqual: holds = less_or_equal(runtime_, right, left); break;
      case Comparison::kIn: holds = contains(runtime_, right, left); break;
      case Comparison::kNotIn: holds = !contains(runtime_, right, left); break;
    }
    if (!holds) return false;
    left = std::move(right);
  }
  return true;
}

Val Evaluator::evaluate_conditional(const Expr& expr) {
  if (truthy(evaluate(*expr.operands[0]))) return evaluate(*expr.operands[1]);
  if (expr.operands[2] != nullptr) return evaluate(*expr.operands[2]);
  runtime_.at(expr.offset);
  return runtime_.lenient_undefined("the inline 'if' is false and has no 'else'");
}

Args Evaluator::evaluate_args(const CallArgs* args) {
  Args result;
  if (args == nullptr) return result;
  for (const Expr* argument : args->positional) result.positional.push_back(evaluate(*argument));
  if (args->spread != nullptr) {
    for (Val& value : items_of(runtime_, evaluate(*args->spread))) result.positional.push_back(std::move(value));
  }
  for (const auto& [name, argument] : args->named) result.named.emplace_back(name, evaluate(*argument));
  if (args->spread_named == nullptr) return result;
  const Val more = evaluate(*args->spread_named);
  require_defined(more);
  if (!more.is(Kind::kDict)) fail(ErrorKind::kType, "the argument after ** must be a dict");
  for (const auto& [key, value] : more.as<Dict>().entries()) {
    if (!key.is(Kind::kString)) fail(ErrorKind::kType, "the keys of the dict after ** must be strings");
    result.named.emplace_back(key.as<Str>().text(), value);
  }
  return result;
}

Val Evaluator::evaluate_call(const Expr& expr) {
  const Val callee = evaluate(*expr.operands[0]);
  Args args = evaluate_args(expr.args.get());
  runtime_.at(expr.offset);
  return call(runtime_, callee, args);
}

Val Evaluator::evaluate_filter(const Expr& expr, Val value) {
  Args args = evaluate_args(expr.args.get());
  runtime_.at(expr.offset);
  if (expr.filter == nullptr) need_filter(expr.text);
  return expr.filter->apply(runtime_, value, args);
}

Val Evaluator::evaluate_test(const Expr& expr) {
  const Val value = evaluate(*expr.operands[0]);
  Args args = evaluate_args(expr.args.get());
  if (expr.test == nullptr) need_test(expr.text);
  return Val::boolean(expr.test->holds(runtime_, value, args));
}

}  // namespace sennit::spec::tmpl
