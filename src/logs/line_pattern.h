// A pattern that lines are looked for by (RE2), and where in a log none can be.
//
// Threads:   immutable; any.
// Errors:    parse() fails with kInvalid; its message is for whoever wrote the pattern.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "logs/log_reader.h"

namespace sennit::logs {

enum class LetterCase : std::uint8_t { kAsWritten, kIgnored };

class LinePattern {
 public:
  static Result<LinePattern> parse(std::string_view text, LetterCase letters);
  ~LinePattern();
  LinePattern(LinePattern&&) noexcept;
  LinePattern& operator=(LinePattern&&) noexcept;

  // Whether it is found anywhere in the line.
  bool matches(std::string_view line) const;

  // From the beginning of a line on: where the next line begins that is worth a look, at most `end`. Those before it do
  // not match. Stops after about `most` bytes of text were read, with how far it came.
  Result<std::uint64_t> skip(const LogReader& log, std::uint64_t offset, std::uint64_t end, std::uint64_t most) const;

 private:
  struct Impl;
  explicit LinePattern(std::unique_ptr<Impl> impl);
  Result<std::uint64_t> skip_blocks(const PackedLog& log, std::uint64_t offset, std::uint64_t end) const;
  Result<std::vector<bool>> promising(const PackedLog& log, std::size_t first, std::size_t count) const;

  std::unique_ptr<Impl> impl_;
};

// A line as it stood on the screen at its end: a progress bar draws its line again and again, from its beginning.
std::string_view last_drawn(std::string_view line);

}  // namespace sennit::logs
