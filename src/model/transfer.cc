#include "model/transfer.h"

#include <fmt/format.h>

#include <algorithm>

namespace sennit {

std::string seconds_text(double seconds) {
  if (seconds < 99.95) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<std::uint64_t>(seconds);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

std::string progress_text(const TransferProgress& progress) {
  const auto done = static_cast<double>(progress.done.count());
  const auto total = static_cast<double>(progress.total.count());
  const auto rate = static_cast<double>(progress.per_second.count());
  std::string text = readable(progress.done);
  if (total > 0) {
    text += fmt::format(" of {}, {}%", readable(progress.total), static_cast<int>(std::min(done / total, 1.0) * 100));
  }
  if (progress.total_files > 0) {
    text += fmt::format(", {} of {} {}", progress.files, progress.total_files,
                        progress.total_files == 1 ? "file" : "files");
  }
  if (rate > 0) text += fmt::format(", {}/s", readable(progress.per_second));
  if (rate > 0 && total > done) text += fmt::format(", {} left", seconds_text((total - done) / rate));
  return text;
}

}  // namespace sennit
