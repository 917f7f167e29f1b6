#include <fmt/format.h>

#include <utility>

#include "spec/template/evaluator.h"

namespace sennit::spec::tmpl {

namespace {

class Macro final : public Callable {
 public:
  Macro(Evaluator& evaluator, const MacroBody& body, Ref<Scope> scope)
      : Callable(evaluator.runtime().heap(), sizeof(Macro)),
        evaluator_(evaluator),
        body_(body),
        scope_(std::move(scope)) {}

  Val call(Runtime& runtime, Args& args) override;
  std::string display() const override {
    return body_.anonymous ? "<Macro anonymous>" : fmt::format("<Macro '{}'>", body_.name);
  }
  std::string_view type() const override { return "macro"; }
  const Val* attribute(Runtime& runtime, std::string_view name) override;
  void clear() override {
    scope_ = Ref<Scope>();
    answer_ = Val();
  }

 private:
  void bind_parameters(Args& args, Scope& scope) const;
  void bind_rest(Runtime& runtime, Args& args, Scope& scope) const;
  void bind_caller(Runtime& runtime, Args& args, Scope& scope) const;

  Evaluator& evaluator_;
  const MacroBody& body_;
  Ref<Scope> scope_;
  Val answer_;  // what attribute() points at
};

// Takes each named argument that a parameter or the call protocol wants out of `args`.
bool take_named(Args& args, std::string_view name, Val& value) {
  for (auto it = args.named.begin(); it != args.named.end(); ++it) {
    if (it->first != name) continue;
    value = std::move(it->second);
    args.named.erase(it);
    return true;
  }
  return false;
}

void Macro::bind_parameters(Args& args, Scope& scope) const {
  Runtime& runtime = evaluator_.runtime();
  const Ref<Scope> self(&scope);
  for (std::size_t i = 0; i < body_.parameters.size(); ++i) {
    const Parameter& parameter = body_.parameters[i];
    const std::string_view name = evaluator_.parsed().names.name(parameter.name);
    Val value;
    if (i < args.positional.size()) {
      if (args.find(name) != nullptr) {
        fail(ErrorKind::kType, fmt::format("macro '{}' got '{}' twice", body_.name, name));
      }
      value = args.positional[i];
    } else if (!take_named(args, name, value)) {
      value =
          parameter.otherwise != nullptr
              ? evaluator_.evaluate_in(*parameter.otherwise, self)
              : runtime.missing(fmt::format("macro '{}' was called without '{}'", body_.name, name), std::string(name));
    }
    scope.set(parameter.name, std::move(value));
  }
}

void Macro::bind_rest(Runtime& runtime, Args& args, Scope& scope) const {
  const std::size_t count = body_.parameters.size();
  if (body_.takes_rest) {
    std::vector<Val> rest;
    for (std::size_t i = count; i < args.positional.size(); ++i) rest.push_back(args.positional[i]);
    scope.set(kVarargsName, runtime.tuple(std::move(rest)));
  } else if (args.positional.size() > count) {
    fail(ErrorKind::kType, fmt::format("macro '{}' takes at most {} arguments, {} were given", body_.name, count,
                                       args.positional.size()));
  }
  if (body_.takes_named_rest) {
    const Ref<Dict> rest = runtime.dict();
    for (auto& [name, value] : args.named) rest->set(runtime.text(name), value);
    scope.set(kKwargsName, rest);
  } else if (!args.named.empty()) {
    fail(ErrorKind::kType, fmt::format("macro '{}' has no parameter named '{}'", body_.name, args.named.front().first));
  }
}

void Macro::bind_caller(Runtime& runtime, Args& args, Scope& scope) const {
  if (!body_.takes_caller) return;
  for (const Parameter& parameter : body_.parameters) {
    if (parameter.name == kCallerName) return;
  }
  Val caller;
  if (!take_named(args, "caller", caller)) {
    caller = runtime.missing("there is no caller: the macro was not called by {% call %}", "caller");
  }
  scope.set(kCallerName, std::move(caller));
}

Val Macro::call(Runtime& runtime, Args& args) {
  const Runtime::Level level(runtime);
  const Ref<Scope> scope(new Scope(runtime.heap(), scope_));
  bind_parameters(args, *scope);
  bind_caller(runtime, args, *scope);
  bind_rest(runtime, args, *scope);
  std::string text = evaluator_.capture(body_.body, scope);
  return runtime.text(std::move(text), runtime.autoescape() ? Markup::kSafe : Markup::kPlain);
}

const Val* Macro::attribute(Runtime& runtime, std::string_view name) {
  if (name == "name") {
    answer_ = runtime.text(std::string(body_.name));
  } else if (name == "catch_kwargs") {
    answer_ = Val::boolean(body_.takes_named_rest);
  } else if (name == "catch_varargs") {
    answer_ = Val::boolean(body_.takes_rest);
  } else if (name == "caller") {
    answer_ = Val::boolean(body_.takes_caller);
  } else if (name == "arguments") {
    std::vector<Val> names;
    for (const Parameter& parameter : body_.parameters) {
      names.push_back(runtime.text(std::string(evaluator_.parsed().names.name(parameter.name))));
    }
    answer_ = runtime.tuple(std::move(names));
  } else {
    return nullptr;
  }
  return &answer_;
}

}  // namespace

Val make_macro(Evaluator& evaluator, const MacroBody& body, const Ref<Scope>& scope) {
  return Val(new Macro(evaluator, body, scope));
}

}  // namespace sennit::spec::tmpl
