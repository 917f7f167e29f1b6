#include <fmt/format.h>

#include <utility>

#include "spec/template/compare.h"
#include "spec/template/evaluator.h"
#include "spec/template/methods.h"

namespace sennit::spec::tmpl {

Loop::Loop(Evaluator& evaluator, const Stmt& stmt, std::vector<Val> items, Ref<Scope> outer, std::size_t depth)
    : Callable(evaluator.runtime().heap(), sizeof(Loop) + items.size() * sizeof(Val)),
      evaluator_(evaluator),
      stmt_(stmt),
      items_(std::move(items)),
      outer_(std::move(outer)),
      depth_(depth) {}

bool Loop::advance(Val& item) {
  if (next_ == items_.size()) return false;
  item = items_[next_++];
  return true;
}

void Loop::clear() {
  items_.clear();
  outer_ = Ref<Scope>();
  changed_ = Val();
  answer_ = Val();
}

Val Loop::call(Runtime& runtime, Args& args) {
  if (!stmt_.more->recursive) fail(ErrorKind::kType, "only a loop marked 'recursive' can be called");
  const Bound bound(runtime, "loop", {"iterable"}, 1, args);
  const Runtime::Level level(runtime);
  std::string text = evaluator_.capture_loop(stmt_, bound[0], outer_, depth_ + 1);
  return runtime.text(std::move(text), runtime.autoescape() ? Markup::kSafe : Markup::kPlain);
}

std::string Loop::display() const { return fmt::format("<LoopContext {}/{}>", next_, items_.size()); }

Val Loop::number(std::string_view name, Runtime& runtime) const {
  if (name == "index") return Val::integer(next_);
  if (name == "index0") return Val::integer(next_ - 1);
  if (name == "revindex") return Val::integer(items_.size() - next_ + 1);
  if (name == "revindex0") return Val::integer(items_.size() - next_);
  if (name == "length") return Val::integer(items_.size());
  if (name == "depth") return Val::integer(depth_);
  if (name == "depth0") return Val::integer(depth_ - 1);
  if (name == "first") return Val::boolean(next_ == 1);
  if (name == "last") return Val::boolean(next_ == items_.size());
  if (name == "previtem") return next_ > 1 ? items_[next_ - 2] : runtime.missing("there is no previous item");
  if (name == "nextitem") return next_ < items_.size() ? items_[next_] : runtime.missing("there is no next item");
  return {};
}

const Val* Loop::attribute(Runtime& runtime, std::string_view name) {
  answer_ = number(name, runtime);
  const bool none_is_an_answer = name == "previtem" || name == "nextitem";
  return answer_.is(Kind::kNone) && !none_is_an_answer ? nullptr : &answer_;
}

Val Loop::cycle(Args& args) const {
  if (args.positional.empty()) fail(ErrorKind::kType, "loop.cycle() needs something to cycle through");
  return args.positional[(next_ - 1) % args.positional.size()];
}

Val Loop::changed(Args& args) {
  Runtime& runtime = evaluator_.runtime();
  Val now = runtime.tuple(args.positional);
  const bool differs = !changed_.is(Kind::kTuple) || !equal(runtime, changed_, now);
  if (differs) changed_ = std::move(now);
  return Val::boolean(differs);
}

}  // namespace sennit::spec::tmpl
