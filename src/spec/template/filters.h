// The filters, tests, tags and global functions that templates may use, by name.
//
// Threads:   constant tables.
// Errors:    they throw Faults where Jinja raises.
#pragma once

#include <string_view>
#include <vector>

#include "spec/template/arguments.h"
#include "spec/template/heap.h"
#include "spec/template/objects.h"

namespace sennit::spec::tmpl {

class Runtime;

struct Filter {
  std::string_view name;
  Val (*apply)(Runtime& runtime, const Val& value, Args& args);
};

struct Test {
  std::string_view name;
  bool (*holds)(Runtime& runtime, const Val& value, Args& args);
};

const Filter* find_filter(std::string_view name);
const Test* find_test(std::string_view name);
const Builtin* find_global(std::string_view name);

// For "did you mean".
std::vector<std::string_view> filter_names();
std::vector<std::string_view> test_names();
std::vector<std::string_view> tag_names();

// As find_filter() and find_test(), with a Fault of kind kUnknownFilter or kUnknownTest if there is none.
const Filter& need_filter(std::string_view name);
const Test& need_test(std::string_view name);

}  // namespace sennit::spec::tmpl
