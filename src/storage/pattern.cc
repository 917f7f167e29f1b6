#include "storage/pattern.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include "base/printable.h"

namespace sennit::storage {

struct Pattern::Compiled {
  re2::RE2 regex;
};

Pattern::Pattern() = default;
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

Result<Pattern> Pattern::compile(const std::string& text) {
  Pattern pattern;
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_max_mem(8 << 20);
  pattern.compiled_ = std::unique_ptr<Compiled>(new Compiled{{text, options}});
  if (!pattern.compiled_->regex.ok()) {
    return Error(ErrorCode::kInvalid, fmt::format("'{}' is not a regular expression: {}", printable(text),
                                                  printable(pattern.compiled_->regex.error())));
  }
  return pattern;
}

bool Pattern::matches(std::string_view path) const {
  if (compiled_ == nullptr) return true;
  return compiled_->regex.Match({path.data(), path.size()}, 0, path.size(), re2::RE2::ANCHOR_START, nullptr, 0);
}

}  // namespace sennit::storage
