// Equality, order, truth and hashing as Python defines them.
//
// Threads:   as Heap.
// Errors:    a Fault: kUndefined for undefined operands, kType for values without an order or a hash, kLimit for
//            structures nested too deep to compare.
#pragma once

#include <cstdint>
#include <string_view>

#include "spec/template/heap.h"

namespace sennit::spec::tmpl {

class Runtime;

bool equal(Runtime& runtime, const Val& a, const Val& b);
bool less(Runtime& runtime, const Val& a, const Val& b);
bool less_or_equal(Runtime& runtime, const Val& a, const Val& b);  // not !less(b, a): nan compares with nothing
bool contains(Runtime& runtime, const Val& container, const Val& item);
bool truthy(const Val& value);

// Of hashable values only, as keys of a map; equal keys have equal hashes (1, 1.0 and True are one key).
bool keys_equal(const Val& a, const Val& b);
std::uint64_t hash_of(const Val& key);
std::uint64_t hash_of(std::string_view text);

}  // namespace sennit::spec::tmpl
