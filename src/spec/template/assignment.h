// What `--set name=value` and `--set-string name=value` mean.
//
// Threads:   pure functions.
// Errors:    kInvalid if there is no `=`.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "spec/template/value.h"

namespace sennit::spec::tmpl {

struct Assignment {
  std::string name;
  Value value;
};

// Split at the first `=`. The value becomes an integer if Python's int() would take it ("1_000", " 5 ", "007"), else a
// float if float() would ("1e3", "nan", "inf"), else it stays text; "true" is text.
Result<Assignment> parse_set(std::string_view argument);

// Split at the first `=`; the value is always text.
Result<Assignment> parse_set_string(std::string_view argument);

}  // namespace sennit::spec::tmpl
