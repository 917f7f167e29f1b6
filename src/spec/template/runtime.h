// What every operation on values needs: the heap, the budgets, and makers of values.
//
// Threads:   one render, one thread.
// Ownership: owns the heap; must outlive every value of it.
// Errors:    exceeding a budget throws a Fault of kind kLimit that names the option.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "spec/template/objects.h"
#include "spec/template/render.h"

namespace sennit::spec::tmpl {

class Runtime {
 public:
  explicit Runtime(const RenderOptions& options)
      : options_(options), heap_(options.max_value_bytes), random_(options.random_seed) {}
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  const RenderOptions& options() const { return options_; }
  Heap& heap() { return heap_; }

  // Work done; loops of built-in operations call it once for each item.
  void step(std::uint64_t count = 1) {
    steps_ += count;
    if (steps_ > options_.max_steps) fail_steps();
  }
  // Work and room for a text of this size, before it is made.
  void about_to_make(std::size_t bytes) {
    heap_.check_room(bytes);
    step(bytes / 64);
  }

  Val text(std::string value, Markup markup = Markup::kPlain) { return Val(new Str(heap_, std::move(value), markup)); }
  Val list(std::vector<Val> items) { return Val(new Seq(heap_, Kind::kList, std::move(items))); }
  Val tuple(std::vector<Val> items) { return Val(new Seq(heap_, Kind::kTuple, std::move(items))); }
  Val generator(std::vector<Val> items) { return Val(new Generator(heap_, std::move(items))); }
  Val number(BigInt value);  // kInt if it fits
  Ref<Dict> dict() { return Ref<Dict>(new Dict(heap_)); }
  // A missing thing: `message` says what, `name` is for the caller's "did you mean".
  Val missing(std::string message, std::string name = {}, ErrorKind kind = ErrorKind::kMissing);
  Val lenient_undefined(std::string message);

  // Where the innermost node being evaluated is; missing() remembers it.
  std::size_t here() const { return here_; }
  void at(std::size_t offset) { here_ = offset; }

  // Whether output is escaped for HTML now ({% autoescape true %}).
  bool autoescape() const { return autoescape_; }
  void set_autoescape(bool value) { autoescape_ = value; }

  std::uint64_t random();  // the next of a repeatable sequence

  // One level of nested evaluation, for as long as it lives.
  class Level {
   public:
    explicit Level(Runtime& runtime) : runtime_(runtime) {
      if (++runtime_.depth_ > runtime_.options_.max_depth) runtime_.fail_depth();
    }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    ~Level() { --runtime_.depth_; }

   private:
    Runtime& runtime_;
  };

 private:
  [[noreturn]] void fail_steps() const;
  [[noreturn]] void fail_depth();

  const RenderOptions& options_;
  Heap heap_;
  std::uint64_t steps_ = 0;
  std::uint64_t random_;
  std::size_t depth_ = 0;
  std::size_t here_ = 0;
  bool autoescape_ = false;
};

}  // namespace sennit::spec::tmpl
