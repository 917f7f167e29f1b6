// Colours of a terminal, or none.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sennit::cli {

enum class Tint : std::uint8_t { kNone, kGood, kBusy, kBad, kFaint, kBold };

class Style {
 public:
  static Style plain() { return Style(Mode::kPlain); }
  static Style colored() { return Style(Mode::kColored); }

  std::string operator()(Tint tint, std::string_view text) const;
  bool is_colored() const { return mode_ == Mode::kColored; }

 private:
  enum class Mode : std::uint8_t { kPlain, kColored };
  explicit Style(Mode mode) : mode_(mode) {}
  Mode mode_;
};

// Of a task's, group's or workflow's status: completed good, at work busy, failed bad, others none.
Tint tint_of_status(std::string_view status);

}  // namespace sennit::cli
