// What rclone says on its standard error: lines of JSON, some of them with numbers of how far it is; the last line of a
// failure is plain text.
//
// Threads: pure. Errors: a line that is no such JSON is a message as it stands; nothing here fails.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sennit::storage {

// Counts since rclone was started.
struct TransferStats {
  std::uint64_t bytes = 0;        // moved
  std::uint64_t total_bytes = 0;  // of what is known by now to need moving
  std::uint64_t transfers = 0;    // files moved
  std::uint64_t total_transfers = 0;
  std::uint64_t checks = 0;   // files found to be the same on both sides
  std::uint64_t deletes = 0;  // objects removed
  double rate = 0;            // bytes a second
  std::optional<double> eta_s;
};

struct LogLine {
  enum class Level : std::uint8_t { kNotice, kError } level = Level::kNotice;
  std::string message;  // bounded
  std::string object;   // what it is about; may be ""
  std::optional<TransferStats> stats;
};

LogLine parse_log_line(std::string_view line);

}  // namespace sennit::storage
