#include "api/log_line_text.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <iterator>

#include "base/utf8.h"
#include "logs/shown_line.h"
#include "views/json_writer.h"

namespace sennit::api {
namespace {

constexpr std::size_t kOsmoChunk = 32 * 1024;
constexpr std::string_view kOurs = "[sennit] ";

std::string_view name_of(logs::Stream stream) {
  switch (stream) {
    case logs::Stream::kStdout: return "stdout";
    case logs::Stream::kStderr: return "stderr";
    case logs::Stream::kNote: return "sennit";
  }
  return "";
}

void append_osmo(std::string& out, const LineFormat& format, const logs::LogLine& line) {
  std::string_view text = logs::last_drawn(line.text);
  const bool ours = line.stream == logs::Stream::kNote;
  if (ours && text.starts_with(kOurs)) text.remove_prefix(kOurs.size());
  if (ours && text.empty()) return;
  const auto seconds = static_cast<std::time_t>(line.at.unix_us() / 1'000'000);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  const std::string front = fmt::format("{:%Y/%m/%d %H:%M:%S} {}{} ", parts, format.label, ours ? "[osmo]" : "");
  do {
    const std::size_t bytes = text.size() <= kOsmoChunk ? text.size() : whole_code_points(text, kOsmoChunk);
    out += front;
    logs::append_shown(out, text.substr(0, bytes));
    out += '\n';
    text.remove_prefix(bytes);
  } while (!text.empty());
}

}  // namespace

void append_line(std::string& out, const LineFormat& format, const logs::LogLine& line) {
  if (format.form == LogForm::kOsmo) return append_osmo(out, format, line);
  if (format.timestamps == Timestamps::kOn) {
    out += line.at.is_set() ? views::format_instant(line.at) : "-";
    out += ' ';
    out += name_of(line.stream);
    out += ' ';
  }
  out += format.label;
  logs::append_shown(out, logs::last_drawn(line.text));
  out += '\n';
}

}  // namespace sennit::api
