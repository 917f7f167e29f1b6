// Values as text: str(), repr() and the names of types, as Python writes them.
//
// Threads:   as Heap.
// Errors:    a Fault: kUndefined for strict undefined values, kLimit for too deep or too long results, kType for what
//            would print an address (a generator or a method): nobody wants that in a workflow.
#pragma once

#include <string>
#include <string_view>

#include "spec/template/heap.h"

namespace sennit::spec::tmpl {

class Runtime;

std::string_view type_name(const Val& value);

void append_text(Runtime& runtime, std::string& out, const Val& value);
std::string text_of(Runtime& runtime, const Val& value);
void append_repr(Runtime& runtime, std::string& out, const Val& value);
// 'it\'s' with Python's choice of quotes and escapes.
void append_quoted(std::string& out, std::string_view text);

// The value as a string value: itself if it is one, so that what is marked safe stays so.
Val soft_text(Runtime& runtime, const Val& value);

std::string escape_html(std::string_view text);
// Escaped for HTML unless it is marked safe; the result is marked safe.
Val escaped(Runtime& runtime, const Val& value);

}  // namespace sennit::spec::tmpl
