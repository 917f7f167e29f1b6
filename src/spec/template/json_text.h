// The `tojson` filter: Python's json.dumps with sorted keys, and <, >, & and ' as escapes.
//
// Threads:   as Heap.
// Errors:    a Fault: kType for values or keys that JSON does not have, kLimit.
#pragma once

#include <cstdint>
#include <string>

#include "spec/template/heap.h"

namespace sennit::spec::tmpl {

class Runtime;

struct JsonLayout {
  enum class Lines : std::uint8_t { kOne, kMany };
  Lines lines = Lines::kOne;
  std::string indent;  // of one level, if there are many lines
};

std::string json_text(Runtime& runtime, const Val& value, const JsonLayout& layout);

}  // namespace sennit::spec::tmpl
