// Stable sorting by keys, and attribute paths ("user.name", "rows.0") as the filters take them.
//
// Threads:   as Heap.
// Errors:    a Fault where comparing or looking up fails.
#pragma once

#include <cstdint>
#include <vector>

#include "spec/template/heap.h"

namespace sennit::spec::tmpl {

class Runtime;

enum class Direction : std::uint8_t { kUp, kDown };

// `values` in the order of `keys`, which has as many items. Equal keys keep their order, also downward.
std::vector<Val> sorted_by(Runtime& runtime, const std::vector<Val>& values, const std::vector<Val>& keys,
                           Direction direction);

// Strings without their case; everything else as it is.
Val ignoring_case(Runtime& runtime, const Val& value);

// What a filter's `attribute` argument selects; the value itself if the path is none.
class AttributePath {
 public:
  AttributePath(Runtime& runtime, const Val& path);
  // A missing part becomes `otherwise`, if there is one.
  Val of(const Val& value, const Val* otherwise = nullptr) const;

 private:
  Runtime& runtime_;
  std::vector<Val> parts_;
};

}  // namespace sennit::spec::tmpl
