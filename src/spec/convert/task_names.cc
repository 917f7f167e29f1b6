#include "spec/convert/task_names.h"

#include <fmt/format.h>

#include <algorithm>

#include "spec/grammar.h"
#include "spec/tasks/names.h"

namespace sennit::spec {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

void cut(std::string& name, std::size_t most) {
  if (name.size() > most) name.resize(most);
  while (!name.empty() && !is_letter(name.back()) && !is_digit(name.back())) name.pop_back();
}

}  // namespace

std::string task_name_of(std::string_view text, std::size_t most) {
  std::string name;
  for (const char c : text) {
    const bool good = is_letter(c) || is_digit(c) || c == '_' || c == '-';
    if (good || (!name.empty() && name.back() != '-')) name += good ? c : '-';
  }
  if (name.empty() || !is_letter(name.front())) name.insert(0, name.starts_with('-') ? "job" : "job-");
  cut(name, most);
  return name;
}

TaskNames::TaskNames(std::size_t most) : most_(most > kGroupSuffix.size() ? most - kGroupSuffix.size() : 1) {}

bool TaskNames::claim(const std::string& name) {
  const std::string folded = folded_name(name);
  const std::string group = folded + std::string(kGroupSuffix);
  if (is_reserved_task_name(name) || taken_.contains(folded) || taken_.contains(group)) return false;
  taken_.insert(folded);
  taken_.insert(group);
  return true;
}

std::string TaskNames::take(std::string_view text) {
  std::string name = task_name_of(text, most_);
  for (std::size_t n = 2; !claim(name); ++n) {
    const std::string suffix = fmt::format("-{}", n);
    name = task_name_of(text, most_ > suffix.size() ? most_ - suffix.size() : 1) + suffix;
  }
  return name;
}

}  // namespace sennit::spec
