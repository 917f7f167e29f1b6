// Going through a value's items, as Python's iter() does.
//
// Threads:   as Heap.
// Errors:    a Fault: kType if it is not iterable, kUndefined, kValue if a dict changes its size meanwhile, kLimit.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "spec/template/heap.h"

namespace sennit::spec::tmpl {

class Runtime;

// Follows changes of a list made while it runs, as Python does.
class Iterator {
 public:
  Iterator(Runtime& runtime, Val source);

  // False at the end; each item costs a step.
  bool next(Val& item);

 private:
  bool next_character(Val& item);
  bool next_entry(Val& item);

  Runtime& runtime_;
  Val source_;
  std::size_t at_ = 0;
  std::size_t size_ = 0;  // of a dict at the start
};

bool iterable(const Val& value);
std::vector<Val> items_of(Runtime& runtime, const Val& value);
// len(); nothing for values without a length.
std::optional<std::size_t> length_of(const Val& value);

}  // namespace sennit::spec::tmpl
