#include "agent/transfers/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/bytes.h"

namespace sennit::agent {

std::string seconds_text(double seconds) {
  if (seconds < 99.95) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<std::uint64_t>(seconds);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

std::string count_text(std::uint64_t files) { return fmt::format("{} {}", files, files == 1 ? "file" : "files"); }

std::string moved_text(const storage::Moved& moved, Micros took) {
  if (moved.files == 0 && moved.unchanged == 0) return "no files";
  if (moved.files == 0) return fmt::format("nothing has changed, {} there already", count_text(moved.unchanged));
  std::string text = fmt::format("{}, {} in {}", count_text(moved.files), readable(Bytes(moved.bytes)),
                                 seconds_text(std::chrono::duration<double>(took).count()));
  if (moved.unchanged > 0) text += fmt::format("; {} there already", count_text(moved.unchanged));
  return text;
}

std::string progress_text(const storage::Progress& progress) {
  std::string text = readable(Bytes(progress.bytes));
  if (progress.total_bytes > 0) {
    const double part = static_cast<double>(progress.bytes) / static_cast<double>(progress.total_bytes);
    text += fmt::format(" of {}, {}%", readable(Bytes(progress.total_bytes)),
                        static_cast<int>(std::clamp(part, 0.0, 1.0) * 100));
  }
  if (progress.total_files > 0) text += fmt::format(", {} of {}", progress.files, count_text(progress.total_files));
  if (progress.rate > 0) text += fmt::format(", {}/s", readable(Bytes(static_cast<std::uint64_t>(progress.rate))));
  if (progress.eta_s && *progress.eta_s > 0) text += fmt::format(", {} left", seconds_text(*progress.eta_s));
  return text;
}

}  // namespace sennit::agent
