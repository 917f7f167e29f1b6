// A caller's Value as a value of the render, copied so that the template cannot change the caller's.
//
// Threads:   as Heap.
// Errors:    a Fault of kind kLimit.
#pragma once

#include "spec/template/heap.h"
#include "spec/template/value.h"

namespace sennit::spec::tmpl {

class Runtime;

Val convert(Runtime& runtime, const Value& value);

}  // namespace sennit::spec::tmpl
