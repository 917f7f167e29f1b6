// Attributes, items and slices: x.name, x[key], x[a:b:c].
//
// Threads:   as Heap.
// Errors:    what is not there is an undefined value; so is what the sandbox forbids (its kind is kSecurity), because
//            only its use is an error. A Fault for access to an undefined value, and for slices of what has none.
#pragma once

#include <string_view>

#include "spec/template/heap.h"

namespace sennit::spec::tmpl {

class Runtime;
struct Args;

// As Jinja: an attribute of the object first, an item of that name second.
Val attribute(Runtime& runtime, const Val& object, std::string_view name);
// As Jinja: an item first, an attribute second.
Val item(Runtime& runtime, const Val& object, const Val& key);
// Attributes only, as the `attr` filter.
Val own_attribute(Runtime& runtime, const Val& object, std::string_view name);
// Bounds that are None are open.
Val slice(Runtime& runtime, const Val& object, const Val& first, const Val& last, const Val& step);

// Calls a function, method, macro, cycler, joiner or recursive loop.
Val call(Runtime& runtime, const Val& callee, Args& args);

}  // namespace sennit::spec::tmpl
