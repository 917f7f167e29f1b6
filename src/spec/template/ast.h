// A template after parsing: statements with bodies, expressions as trees.
//
// Threads:   immutable once parsed, but constants are counted values of one render, so it belongs to that render.
// Ownership: Template owns every node; nodes refer to each other by plain pointers and to names by views of the source.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "spec/template/arithmetic.h"
#include "spec/template/heap.h"

namespace sennit::spec::tmpl {

struct Filter;
struct Test;

using NameId = std::uint32_t;

// The names that the language itself defines in a body come first in every Names.
inline constexpr NameId kLoopName = 0;
inline constexpr NameId kVarargsName = 1;
inline constexpr NameId kKwargsName = 2;
inline constexpr NameId kCallerName = 3;

// Every identifier of the template, numbered.
class Names {
 public:
  Names() {
    for (const std::string_view name : {"loop", "varargs", "kwargs", "caller"}) id(name);
  }

  NameId id(std::string_view name) {
    const auto [it, fresh] = ids_.try_emplace(name, static_cast<NameId>(names_.size()));
    if (fresh) names_.push_back(name);
    return it->second;
  }
  std::string_view name(NameId id) const { return names_[id]; }
  std::size_t size() const { return names_.size(); }

 private:
  std::unordered_map<std::string_view, NameId> ids_;
  std::vector<std::string_view> names_;
};

enum class Comparison : std::uint8_t { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual, kIn, kNotIn };

struct Expr;

struct CallArgs {
  std::vector<const Expr*> positional;
  std::vector<std::pair<std::string_view, const Expr*>> named;
  const Expr* spread = nullptr;        // *args
  const Expr* spread_named = nullptr;  // **kwargs
};

enum class ExprKind : std::uint8_t {
  kConstant,
  kName,
  kRuntimeToken,  // {{ output }}: the variable `name` if there is one, else the constant
  kTuple,
  kList,
  kDict,       // keys and values in turn
  kAttribute,  // operands[0].text
  kItem,       // operands[0][operands[1]]
  kSlice,      // operands[0][operands[1] : operands[2] : operands[3]], any of the last three may be null
  kCall,       // operands[0](args)
  kFilter,     // operands[0]|text(args); operands[0] is null for what a block captured
  kTest,       // operands[0] is text(args)
  kNot,
  kAnd,
  kOr,
  kNegate,
  kPositive,
  kBinary,
  kConcat,
  kCompare,      // operands[0] comparisons[0] operands[1] comparisons[1] ...
  kConditional,  // operands[1] if operands[0] else operands[2], which may be null
};

struct Expr {
  ExprKind kind = ExprKind::kConstant;
  Operator op = Operator::kAdd;
  std::uint32_t offset = 0;
  NameId name = 0;
  std::string_view text;
  Val constant;
  std::vector<const Expr*> operands;
  std::vector<Comparison> comparisons;
  std::unique_ptr<CallArgs> args;
  const Filter* filter = nullptr;  // null: unknown, an error only if it is evaluated
  const Test* test = nullptr;
};

// What is assigned to: a name, an attribute of a namespace, or several of them.
struct Target {
  enum class Kind : std::uint8_t { kName, kAttribute, kTuple };
  Kind kind = Kind::kName;
  std::uint32_t offset = 0;
  NameId name = 0;
  std::string_view attribute;
  std::vector<Target> items;
};

enum class StmtKind : std::uint8_t {
  kText,
  kPrint,
  kIf,
  kFor,
  kSet,
  kSetBlock,
  kMacro,
  kCall,
  kFilter,
  kWith,
  kAutoescape,
  kBlock,
  kUnsupported,
};

struct Compound;

struct Stmt {
  StmtKind kind = StmtKind::kText;
  std::uint32_t offset = 0;
  std::uint32_t end = 0;       // of text
  const Expr* expr = nullptr;  // what kPrint prints
  std::unique_ptr<Compound> more;
};

using Body = std::vector<Stmt>;

struct Parameter {
  NameId name;
  const Expr* otherwise = nullptr;
};

// A macro, or the block of a {% call %}.
struct MacroBody {
  std::string_view name;   // for messages
  bool anonymous = false;  // of a {% call %}
  std::vector<Parameter> parameters;
  Body body;
  bool takes_rest = false;        // it uses `varargs`
  bool takes_named_rest = false;  // it uses `kwargs`
  bool takes_caller = false;      // it uses `caller`
};

struct Branch {
  const Expr* condition = nullptr;  // null: else
  Body body;
};

// What the statements other than text and print hold; each kind uses some of it.
struct Compound {
  std::vector<Branch> branches;     // kIf
  std::vector<Target> targets;      // kFor, kSet: one; kWith: several
  std::vector<const Expr*> values;  // kSet: one; kWith: several; kFor: what it iterates over
  const Expr* filter = nullptr;     // kFor: condition; kSetBlock, kFilter: chain, may be null
  Body body;                        // all with a body
  Body otherwise;                   // kFor
  MacroBody macro;                  // kMacro, kCall
  NameId name = 0;                  // kMacro
  std::string message;              // kUnsupported
  bool recursive = false;           // kFor
  bool uses_loop = false;           // kFor: its body mentions `loop`
  bool scoped = false;              // kBlock
};

struct Template {
  Names names;
  std::deque<Expr> expressions;
  std::deque<std::string> texts;  // names that are not in the source as they are
  Body body;
};

}  // namespace sennit::spec::tmpl
