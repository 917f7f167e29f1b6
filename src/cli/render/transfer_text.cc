#include "cli/render/transfer_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/printable.h"
#include "base/time_text.h"
#include "cli/text/counted.h"

namespace sennit::cli {
namespace {

std::string rate_text(double bytes_a_second) {
  return fmt::format("{}/s", readable(Bytes(static_cast<std::uint64_t>(std::max(bytes_a_second, 0.0)))));
}

}  // namespace

std::string transfer_line(const storage::Progress& progress, std::size_t columns) {
  std::string line = readable(Bytes(progress.bytes));
  if (progress.total_bytes > 0) {
    const double part = static_cast<double>(progress.bytes) / static_cast<double>(progress.total_bytes);
    line +=
        fmt::format(" of {}, {}%", readable(Bytes(progress.total_bytes)), static_cast<int>(std::min(part, 1.0) * 100));
  }
  if (progress.total_files > 0)
    line += fmt::format(", {} of {}", progress.files, counted(progress.total_files, "file"));
  if (progress.rate > 0) line += ", " + rate_text(progress.rate);
  if (progress.eta_s && *progress.eta_s > 0) line += fmt::format(", {} left", duration_text(*progress.eta_s));
  return cut_to_width(line, columns);
}

std::string transfer_summary(const storage::Moved& moved, Micros took) {
  const std::string there = moved.unchanged == 1  ? "1 was there already"
                            : moved.unchanged > 1 ? fmt::format("{} were there already", moved.unchanged)
                                                  : std::string();
  if (moved.files == 0) return moved.unchanged == 0 ? "no files" : fmt::format("nothing has changed: {}", there);
  std::string text =
      fmt::format("{}, {} in {}", counted(moved.files, "file"), readable(Bytes(moved.bytes)), duration_text(took));
  const double seconds = std::chrono::duration<double>(took).count();
  if (moved.bytes > 0 && seconds > 0) text += ", " + rate_text(static_cast<double>(moved.bytes) / seconds);
  if (!there.empty()) text += "; " + there;
  return text;
}

}  // namespace sennit::cli
