// "%s and %05.1f" % values, as Python's printf-style formatting.
//
// Threads:   as Heap.
// Errors:    a Fault: kType for values that do not fit their conversion or their number, kValue for a broken format,
//            kLimit for widths beyond the memory limit.
#pragma once

#include "spec/template/heap.h"

namespace sennit::spec::tmpl {

class Runtime;

// `format` is a string value; `values` is a tuple, a dict, or the only value.
Val percent_format(Runtime& runtime, const Val& format, const Val& values);

}  // namespace sennit::spec::tmpl
