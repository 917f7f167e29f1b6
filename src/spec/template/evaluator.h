// Runs a parsed template.
//
// Threads:   one render, one thread.
// Ownership: refers to the template, the source and the variables, which must outlive it.
// Errors:    a statement that fails is noted in the list of faults and left out; a Fault is thrown only when the search
//            for more must end.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "spec/template/arguments.h"
#include "spec/template/ast.h"
#include "spec/template/fault.h"
#include "spec/template/parser.h"
#include "spec/template/runtime.h"
#include "spec/template/source_text.h"

namespace sennit::spec::tmpl {

// The names of one block, in front of those around it. Loops, macros, with, filter and set blocks have one each.
class Scope final : public Object {
 public:
  Scope(Heap& heap, Ref<Scope> outer)
      : Object(heap, Kind::kNamespace, sizeof(Scope) + 4 * sizeof(Entry)), parent(std::move(outer)) {}

  const Val* find(NameId name) const;
  void set(NameId name, Val value);
  void clear() override;

  Ref<Scope> parent;

 private:
  using Entry = std::pair<NameId, Val>;
  std::vector<Entry> entries_;
};

// Where text goes: the result, or what a macro or block captures.
class Output {
 public:
  Output(Runtime& runtime, const SourceText& source, Rendered& result)
      : runtime_(runtime), source_(source), text_(&result.text), map_(&result.map) {}

  // These fail beyond the limit: max_output_bytes for the result, max_value_bytes for what is captured.
  void copy(std::size_t begin, std::size_t end);             // a piece of the template
  void write(std::size_t offset, const Val& value);          // computed by what stands at `offset`
  void write_escaped(std::size_t offset, const Val& value);  // the same, as {% autoescape %} says

  // Sends everything to another text, which needs no map, for as long as it lives.
  class Redirect {
   public:
    Redirect(Output& output, std::string& text)
        : output_(output), text_(std::exchange(output.text_, &text)), map_(std::exchange(output.map_, nullptr)) {}
    Redirect(const Redirect&) = delete;
    Redirect& operator=(const Redirect&) = delete;
    ~Redirect() {
      output_.text_ = text_;
      output_.map_ = map_;
    }

   private:
    Output& output_;
    std::string* text_;
    SourceMap* map_;
  };

 private:
  void check() const;

  Runtime& runtime_;
  const SourceText& source_;
  std::string* text_;
  SourceMap* map_;
};

// Walks a parsed template.
class Evaluator {
 public:
  Evaluator(Runtime& runtime, const Template& parsed, const SourceText& source, const Variables& variables,
            FaultList& faults);
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  Rendered run();

  // For macros and recursive loops, which are called from expressions.
  Runtime& runtime() { return runtime_; }
  std::string capture(const Body& body, const Ref<Scope>& scope);
  std::string capture_loop(const Stmt& loop, const Val& items, const Ref<Scope>& scope, std::size_t depth);
  Val evaluate_in(const Expr& expr, const Ref<Scope>& scope);
  const Template& parsed() const { return parsed_; }

 private:
  class ScopeChange;

  // Statements.
  void execute(const Body& body);
  void execute(const Stmt& stmt);
  void execute_compound(const Stmt& stmt);
  void execute_if(const Compound& more);
  void execute_for(const Stmt& stmt, const Val& items, std::size_t depth);
  bool loop_plainly(const Stmt& stmt, const Val& items);
  bool loop_with_state(const Stmt& stmt, const Val& items, std::size_t depth);
  bool passes_filter(const Compound& more, const Val& item);
  void execute_set_block(const Compound& more);
  void execute_call_block(const Stmt& stmt);
  void execute_filter(const Stmt& stmt);
  void execute_with(const Compound& more);
  void execute_autoescape(const Compound& more);
  void execute_block(const Compound& more);
  Val apply_chain(const Expr* chain, Val value);
  void assign(const Target& target, Val value);
  void define(NameId name, Val value);

  // Expressions.
  Val evaluate(const Expr& expr);
  Val dispatch(const Expr& expr);
  Val lookup(NameId name, const Expr& expr);
  const Val* find_name(NameId name);
  Val evaluate_sequence(const Expr& expr);
  Val evaluate_dict(const Expr& expr);
  Val evaluate_slice(const Expr& expr);
  Val evaluate_concat(const Expr& expr);
  bool evaluate_compare(const Expr& expr);
  Val evaluate_conditional(const Expr& expr);
  Val evaluate_call(const Expr& expr);
  Val evaluate_filter(const Expr& expr, Val value);
  Val evaluate_test(const Expr& expr);
  Args evaluate_args(const CallArgs* args);

  Runtime& runtime_;
  const Template& parsed_;
  const Variables& variables_;
  FaultList& faults_;
  Ref<Scope> scope_;               // null at the top
  std::vector<Val> top_;           // by NameId
  std::vector<bool> top_defined_;  // by NameId
  Rendered result_;
  Output output_;
};

// A macro or the block of a {% call %}, with the names around its definition.
Val make_macro(Evaluator& evaluator, const MacroBody& body, const Ref<Scope>& scope);

// The `loop` of a for statement.
class Loop final : public Callable {
 public:
  Loop(Evaluator& evaluator, const Stmt& stmt, std::vector<Val> items, Ref<Scope> outer, std::size_t depth);

  bool advance(Val& item);

  Val call(Runtime& runtime, Args& args) override;
  std::string display() const override;
  std::string_view type() const override { return "loop"; }
  const Val* attribute(Runtime& runtime, std::string_view name) override;
  void clear() override;

  Val cycle(Args& args) const;
  Val changed(Args& args);

 private:
  Val number(std::string_view name, Runtime& runtime) const;

  Evaluator& evaluator_;
  const Stmt& stmt_;
  std::vector<Val> items_;
  Ref<Scope> outer_;
  std::size_t depth_;
  std::size_t next_ = 0;
  Val changed_;  // the arguments of the last changed(), a tuple
  Val answer_;   // what attribute() points at
};

}  // namespace sennit::spec::tmpl
