#include "api/log_tail.h"

#include <algorithm>

#include "base/printable.h"
#include "logs/log_reader.h"

namespace sennit::api {
namespace {

// A progress bar draws its line again and again: the last drawing is the one that was seen.
std::string shown(std::string_view line) {
  while (line.ends_with('\r')) line.remove_suffix(1);
  const std::size_t drawn = line.rfind('\r');
  return printable(drawn == std::string_view::npos ? line : line.substr(drawn + 1));
}

Result<std::string> read_tail(const logs::RunLayout& layout, bool& cut) {
  SENNIT_ASSIGN(const logs::LogReader reader, logs::LogReader::open(layout.log, layout.index));
  SENNIT_ASSIGN(const std::uint64_t size, reader.size());
  SENNIT_ASSIGN(const std::uint64_t start, reader.start_of_last_lines(kTailLines));
  const std::uint64_t first = std::max(start, size - std::min<std::uint64_t>(size, kTailBytes));
  cut = first > start;
  return reader.read(first, kTailBytes);
}

}  // namespace

std::vector<std::string> last_lines(const logs::RunLayout& layout) {
  std::vector<std::string> lines;
  bool cut = false;
  const Result<std::string> text = read_tail(layout, cut);
  if (!text) return lines;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string line = shown(rest.substr(0, end));
    if (cut && lines.empty()) line.insert(0, "…");
    if (!line.empty()) lines.push_back(std::move(line));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return lines;
}

}  // namespace sennit::api
