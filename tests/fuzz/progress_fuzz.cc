// Progress: whatever a task prints does no harm, and gives the same in pieces as in one.
// rooms: progress
// seeds: build/fuzz/seeds/values
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "progress/output_reader.h"
#include "progress/parsers.h"

namespace {

namespace progress = sennit::progress;

std::vector<std::string> lines_of(std::string_view text, std::size_t piece) {
  std::vector<std::string> lines;
  progress::OutputReader reader([&lines](std::string_view line) { lines.emplace_back(line); });
  while (!text.empty()) {
    reader.take(0, text.substr(0, piece), sennit::Micros(1));
    text.remove_prefix(std::min(piece, text.size()));
  }
  reader.end();
  return lines;
}

}  // namespace

// The first byte is the size of a piece, the second the kind of program.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > 100'000) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::vector<std::string> lines = lines_of(text, text.size() + 1);
  if (lines_of(text, 1 + data[0] % 64U) != lines) std::abort();
  const auto kind = static_cast<progress::Kind>(data[1] % 5U);
  for (const std::string& line : lines) {
    progress::Readings readings;
    std::string scratch;
    progress::read_line(line, kind, scratch, readings);
    progress::read_told(line, scratch, readings);
    for (const progress::Reading& one : readings) {
      if (one.name.empty() || one.name.size() > progress::kLongestName) std::abort();
    }
  }
  return 0;
}
