#include "api/log_tail.h"

#include <algorithm>
#include <deque>
#include <string_view>

#include "base/printable.h"
#include "logs/line_pattern.h"
#include "logs/log_reader.h"
#include "logs/shown_line.h"

namespace sennit::api {
namespace {

// A progress bar draws its line again and again: the last drawing is the one that was seen.
std::string shown(std::string_view line) {
  while (line.ends_with('\r')) line.remove_suffix(1);
  const std::size_t drawn = line.rfind('\r');
  return printable(drawn == std::string_view::npos ? line : line.substr(drawn + 1));
}

Result<std::string> read_tail(const logs::RunLayout& layout, bool& cut) {
  SENNIT_ASSIGN(const logs::LogReader reader, logs::LogReader::open(layout));
  SENNIT_ASSIGN(const std::uint64_t size, reader.size());
  SENNIT_ASSIGN(const std::uint64_t start, reader.start_of_last_lines(kTailLines));
  const std::uint64_t first = std::max(start, size - std::min<std::uint64_t>(size, kTailBytes));
  cut = first > start;
  return reader.read(first, kTailBytes);
}

// Of the log's end, as lines; what begins before it is left out.
constexpr std::uint64_t kLookedThrough = 256 * 1024;
constexpr std::size_t kMostOfALine = 500;

// What programs say when something went wrong. Oumi's words, and some more.
const logs::LinePattern& errors() {
  static const logs::LinePattern pattern =
      std::move(
          logs::LinePattern::parse(
              "(Error|Exception|error|ERROR|fatal|FATAL|panic)\\b.{0,40}:|Traceback|FileNotFoundError|RuntimeError|"
              "ValueError|FAILED|CUDA error|[Oo]ut of memory|No space left|Segmentation fault|core dumped|"
              "command not found|Permission denied",
              logs::LetterCase::kAsWritten))
          .value();
  return pattern;
}

Result<void> read_telling(const logs::RunLayout& layout, std::size_t most, std::deque<std::string>& errors_found,
                          std::deque<std::string>& last) {
  SENNIT_ASSIGN(const logs::LogReader reader, logs::LogReader::open(layout));
  SENNIT_ASSIGN(const std::uint64_t size, reader.size());
  SENNIT_ASSIGN(std::uint64_t from, reader.line_start_from(size - std::min(size, kLookedThrough)));
  if (from == size) from = size - std::min<std::uint64_t>(size, kTailBytes);  // one long line
  const auto keep = [most](std::deque<std::string>& lines, std::string_view line) {
    lines.emplace_back(line);
    if (lines.size() > most) lines.pop_front();
  };
  SENNIT_TRY(reader.lines(from, size, [&](const logs::LogLine& line) {
    std::string_view text = logs::last_drawn(line.text);
    if (text.empty()) return logs::LogReader::Visit::kContinue;
    if (line.stream != logs::Stream::kNote && errors().matches(text)) keep(errors_found, text.substr(0, kMostOfALine));
    keep(last, text.substr(0, kMostOfALine));
    return logs::LogReader::Visit::kContinue;
  }));
  return {};
}

}  // namespace

TellingLines telling_lines(const logs::RunLayout& layout, std::size_t most) {
  std::deque<std::string> found;
  std::deque<std::string> last;
  ignore(read_telling(layout, most, found, last), "a log that cannot be read has no lines");
  TellingLines telling{.lines = {}, .are_errors = !found.empty()};
  for (const std::string& line : telling.are_errors ? found : last) {
    std::string shown;
    logs::append_shown(shown, line);
    telling.lines.push_back(logs::without_colours(shown));
  }
  return telling;
}

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
