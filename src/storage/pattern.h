// The regular expression that chooses objects and files: RE2's syntax, linear in time, matched from the start of the
// path but not to its end, as Python's `re.match` does ("data/.*\.pt", "model").
//
// Threads: one at a time. Errors: kInvalid with what is wrong in it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sennit::storage {

class Pattern {
 public:
  Pattern();  // matches everything
  static Result<Pattern> compile(const std::string& text);
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;
  ~Pattern();

  bool matches(std::string_view path) const;
  bool is_everything() const { return compiled_ == nullptr; }

 private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace sennit::storage
