// The arguments of a call, and their binding to parameter names.
//
// Threads:   as Heap.
// Errors:    bind() throws a Fault of kind kType that names the function and the argument.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "spec/template/heap.h"

namespace sennit::spec::tmpl {

class Runtime;

struct Args {
  std::vector<Val> positional;
  std::vector<std::pair<std::string, Val>> named;

  const Val* find(std::string_view name) const;
  void drop_first() { positional.erase(positional.begin()); }
};

// Parameters in order, each given or not.
class Bound {
 public:
  Bound(Runtime& runtime, std::string_view function, std::initializer_list<std::string_view> names,
        std::size_t required, Args& args);

  bool given(std::size_t i) const { return given_[i]; }
  // Given and not None.
  bool present(std::size_t i) const { return given_[i] && !values_[i].is(Kind::kNone); }
  const Val& operator[](std::size_t i) const { return values_[i]; }

  std::int64_t integer(std::size_t i, std::int64_t otherwise) const;  // kType unless an int or bool
  bool flag(std::size_t i) const;                                     // truth; false if not given
  std::string text(std::size_t i, std::string_view otherwise) const;  // kType unless a string

 private:
  Runtime& runtime_;
  std::string_view function_;
  std::vector<std::string_view> names_;
  std::vector<Val> values_;
  std::vector<bool> given_;
};

}  // namespace sennit::spec::tmpl
