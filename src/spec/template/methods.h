// The methods of Python's str, list, dict and others that templates may call.
//
// Threads:   constant tables.
// Errors:    the methods throw Faults as Python raises.
#pragma once

#include <string_view>

#include "spec/template/arguments.h"
#include "spec/template/heap.h"

namespace sennit::spec::tmpl {

class Runtime;

struct Method {
  std::string_view name;
  Val (*call)(Runtime& runtime, const Val& self, Args& args);
};

// The method of that name for values of this kind, or nullptr. Sorted tables, one for each type.
const Method* find_method(const Val& self, std::string_view name);

// The tables' own finders.
const Method* find_text_method(std::string_view name);
const Method* find_sequence_method(const Val& self, std::string_view name);
const Method* find_dict_method(std::string_view name);

}  // namespace sennit::spec::tmpl
