#include "spec/duration_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <chrono>
#include <string_view>
#include <vector>

namespace sennit::spec {
namespace {

struct Part {
  std::int64_t count;
  std::string_view letter;
  std::string_view word;
};

// Those that are not zero.
std::vector<Part> parts_of(Micros duration) {
  const auto days = std::chrono::floor<std::chrono::days>(duration);
  const std::int64_t rest = std::chrono::floor<std::chrono::seconds>(duration - days).count();
  const auto all = std::to_array<Part>({{days.count(), "d", "days"},
                                        {rest / 3600, "h", "hours"},
                                        {rest / 60 % 60, "m", "minutes"},
                                        {rest % 60, "s", "seconds"}});
  std::vector<Part> parts;
  for (const Part& part : all) {
    if (part.count != 0) parts.push_back(part);
  }
  if (parts.empty()) parts.push_back(all.back());
  return parts;
}

}  // namespace

std::string compound_duration(Micros duration) {
  std::string text;
  for (const Part& part : parts_of(duration)) text += fmt::format("{}{}", part.count, part.letter);
  return text;
}

std::string readable_duration(Micros duration) {
  std::vector<std::string> words;
  for (const Part& part : parts_of(duration)) words.push_back(fmt::format("{} {}", part.count, part.word));
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string duration_in_seconds(Micros duration) {
  return fmt::format("{}s", std::chrono::duration_cast<std::chrono::seconds>(duration).count());
}

}  // namespace sennit::spec
