// Environment blocks for execve, made cheaply: a workflow's environment becomes an array of strings once, and each
// attempt copies the pointers and puts its own few variables into their places.
//
// Threads: an Environment is immutable; a Block belongs to one thread.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "model/task_body.h"

namespace sennit::proc {

using Variable = std::pair<std::string_view, std::string_view>;

// Whether execve can carry it: no '=' in the name, which is not empty, and no NUL in either.
bool is_valid_variable(std::string_view name, std::string_view value);

class Environment {
 public:
  // Of equal names the last one counts. Variables that are not valid are left out.
  explicit Environment(const EnvironmentList& variables);
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  // Null if there is no such variable.
  const char* find(std::string_view name) const;

 private:
  friend class EnvironmentBlock;
  std::string text_;  // "NAME=value\0" one after the other
  std::vector<const char*> entries_;
  std::unordered_map<std::string_view, std::size_t> places_;  // name to its entry
};

// An environment with some variables added or replaced, as execve takes it. Needs its Environment as long as it lives.
class EnvironmentBlock {
 public:
  // Of equal names in `own` the last one counts. They must be valid.
  EnvironmentBlock(const Environment& base, std::span<const Variable> own);
  EnvironmentBlock(EnvironmentBlock&&) = default;
  EnvironmentBlock& operator=(EnvironmentBlock&&) = default;

  const char* const* data() const { return entries_.data(); }

  // Null if there is no such variable.
  const char* find(std::string_view name) const;

 private:
  std::vector<char> text_;            // a vector: its bytes stay where they are when the block is moved
  std::vector<const char*> entries_;  // the last one is null
};

}  // namespace sennit::proc
