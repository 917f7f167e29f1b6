#include "agent/transfers/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/bytes.h"

namespace sennit::agent {

std::string count_text(std::uint64_t files) { return fmt::format("{} {}", files, files == 1 ? "file" : "files"); }

std::string moved_text(const storage::Moved& moved, Micros took) {
  if (moved.files == 0 && moved.unchanged == 0) return "no files";
  if (moved.files == 0) return fmt::format("nothing has changed, {} there already", count_text(moved.unchanged));
  std::string text = fmt::format("{}, {} in {}", count_text(moved.files), readable(Bytes(moved.bytes)),
                                 seconds_text(std::chrono::duration<double>(took).count()));
  if (moved.unchanged > 0) text += fmt::format("; {} there already", count_text(moved.unchanged));
  return text;
}

TransferProgress progress_of(const storage::Progress& progress) {
  return {.done = Bytes(progress.bytes),
          .total = Bytes(progress.total_bytes),
          .per_second = Bytes(static_cast<std::uint64_t>(std::max(progress.rate, 0.0))),
          .files = progress.files,
          .total_files = progress.total_files};
}

}  // namespace sennit::agent
