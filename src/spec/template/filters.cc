#include "spec/template/filters.h"

#include <fmt/format.h>

#include <string>

#include "spec/template/fault.h"
#include "spec/template/filter_tables.h"

namespace sennit::spec::tmpl {

namespace {

std::vector<std::span<const Filter>> groups() {
  return {text_filters(),      layout_filters(), sequence_filters(),
          selection_filters(), number_filters(), markup_filters()};
}

}  // namespace

const Filter* find_filter(std::string_view name) {
  static const std::vector<std::span<const Filter>> all = groups();
  for (const auto& group : all) {
    for (const Filter& filter : group) {
      if (filter.name == name) return &filter;
    }
  }
  return nullptr;
}

std::vector<std::string_view> filter_names() {
  std::vector<std::string_view> names;
  for (const auto& group : groups()) {
    for (const Filter& filter : group) names.push_back(filter.name);
  }
  return names;
}

const Filter& need_filter(std::string_view name) {
  const Filter* filter = find_filter(name);
  if (filter == nullptr) {
    fail(ErrorKind::kUnknownFilter, fmt::format("there is no filter '{}'", name), std::string(name));
  }
  return *filter;
}

const Test& need_test(std::string_view name) {
  const Test* test = find_test(name);
  if (test == nullptr) fail(ErrorKind::kUnknownTest, fmt::format("there is no test '{}'", name), std::string(name));
  return *test;
}

}  // namespace sennit::spec::tmpl
