#include "spec/template/globals.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "spec/template/compare.h"
#include "spec/template/display.h"
#include "spec/template/fault.h"
#include "spec/template/filters.h"
#include "spec/template/iterate.h"
#include "spec/template/runtime.h"

namespace sennit::spec::tmpl {

namespace {

Val range(Runtime& runtime, Args& args) {
  if (args.positional.size() == 1) args.positional.insert(args.positional.begin(), Val::integer(std::int64_t{0}));
  const Bound bound(runtime, "range", {"start", "stop", "step"}, 2, args);
  const std::int64_t step = bound.integer(2, 1);
  if (step == 0) fail(ErrorKind::kValue, "range(): the step cannot be zero");
  const Ref<Range> result(new Range(runtime.heap(), bound.integer(0, 0), bound.integer(1, 0), step));
  if (result->size() > runtime.options().max_range) {
    fail(ErrorKind::kLimit,
         fmt::format("range() has {} items, more than {} (max_range)", result->size(), runtime.options().max_range));
  }
  return result;
}

Val dict(Runtime& runtime, Args& args) {
  const Ref<Dict> result = runtime.dict();
  update_dict(runtime, *result, args, "dict");
  return result;
}

Val make_namespace(Runtime& runtime, Args& args) {
  const Ref<Dict> attributes = runtime.dict();
  update_dict(runtime, *attributes, args, "namespace");
  return Val(new Namespace(runtime.heap(), attributes));
}

class Cycler final : public Callable {
 public:
  Cycler(Heap& heap, std::vector<Val> items)
      : Callable(heap, sizeof(Cycler) + items.size() * sizeof(Val)), items_(std::move(items)) {}

  Val next() { return items_[std::exchange(at_, (at_ + 1) % items_.size())]; }
  void reset() { at_ = 0; }

  Val call(Runtime& /*runtime*/, Args& /*args*/) override { fail(ErrorKind::kType, "a cycler is used by its next()"); }
  std::string display() const override { fail(ErrorKind::kType, "a cycler is printed; print its next()"); }
  std::string_view type() const override { return "cycler"; }
  const Val* attribute(Runtime& runtime, std::string_view name) override;
  void clear() override {
    items_.clear();
    answer_ = Val();
  }

 private:
  std::vector<Val> items_;
  std::size_t at_ = 0;
  Val answer_;
};

// next() or reset() of a cycler, to be called.
class CyclerMethod final : public Callable {
 public:
  CyclerMethod(Heap& heap, Ref<Cycler> cycler, bool reset)
      : Callable(heap, sizeof(CyclerMethod)), cycler_(std::move(cycler)), reset_(reset) {}

  Val call(Runtime& /*runtime*/, Args& /*args*/) override {
    if (!reset_) return cycler_->next();
    cycler_->reset();
    return {};
  }
  std::string display() const override { fail(ErrorKind::kType, "a method is printed; call it with ()"); }
  std::string_view type() const override { return "method"; }
  void clear() override { cycler_ = Ref<Cycler>(); }

 private:
  Ref<Cycler> cycler_;
  bool reset_;
};

const Val* Cycler::attribute(Runtime& runtime, std::string_view name) {
  if (name == "current") {
    answer_ = items_[at_];
    return &answer_;
  }
  if (name != "next" && name != "reset") return nullptr;
  answer_ = Val(new CyclerMethod(runtime.heap(), Ref<Cycler>(this), name == "reset"));
  return &answer_;
}

class Joiner final : public Callable {
 public:
  Joiner(Heap& heap, Val separator) : Callable(heap, sizeof(Joiner)), separator_(std::move(separator)) {}

  Val call(Runtime& runtime, Args& /*args*/) override {
    if (std::exchange(used_, true)) return separator_;
    return runtime.text("");
  }
  std::string display() const override { fail(ErrorKind::kType, "a joiner is printed; call it with ()"); }
  std::string_view type() const override { return "joiner"; }
  void clear() override { separator_ = Val(); }

 private:
  Val separator_;
  bool used_ = false;
};

Val cycler(Runtime& runtime, Args& args) {
  if (args.positional.empty() || !args.named.empty()) fail(ErrorKind::kType, "cycler() needs items to cycle through");
  return Val(new Cycler(runtime.heap(), args.positional));
}

Val joiner(Runtime& runtime, Args& args) {
  const Bound bound(runtime, "joiner", {"sep"}, 0, args);
  return Val(new Joiner(runtime.heap(), bound.given(0) ? bound[0] : runtime.text(", ")));
}

constexpr Builtin kGlobals[] = {
    {"range", range}, {"dict", dict}, {"namespace", make_namespace}, {"cycler", cycler}, {"joiner", joiner},
};

}  // namespace

void update_dict(Runtime& runtime, Dict& dict, Args& args, std::string_view function) {
  if (args.positional.size() > 1) fail(ErrorKind::kType, fmt::format("{}() takes at most one argument", function));
  if (!args.positional.empty()) {
    const Val& source = args.positional[0];
    require_defined(source);
    if (source.is(Kind::kDict)) {
      const auto entries = source.as<Dict>().entries();  // a copy: it may be the same dict
      for (const auto& [key, value] : entries) dict.set(key, value);
    } else {
      for (const Val& pair : items_of(runtime, source)) {
        const std::vector<Val> parts = items_of(runtime, pair);
        if (parts.size() != 2) fail(ErrorKind::kValue, fmt::format("{}() needs pairs", function));
        dict.set(parts[0], parts[1]);
      }
    }
  }
  for (auto& [name, value] : args.named) dict.set(runtime.text(name), value);
}

const Builtin* find_global(std::string_view name) {
  for (const Builtin& global : kGlobals) {
    if (global.name == name) return &global;
  }
  return nullptr;
}

}  // namespace sennit::spec::tmpl
