// How far the data of an attempt is on its way: told while it moves, and kept nowhere.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "model/ids.h"

namespace sennit {

struct TransferProgress {
  Bytes done;
  Bytes total;  // 0: not known
  Bytes per_second;
  std::uint64_t files = 0;  // done
  std::uint64_t total_files = 0;
  friend bool operator==(const TransferProgress&, const TransferProgress&) = default;
};

enum class TransferWay : std::uint8_t { kDownload = 0, kUpload = 1 };

struct TransferReport {
  AttemptId attempt;
  TransferWay way = TransferWay::kDownload;
  TransferProgress progress;
  friend bool operator==(const TransferReport&, const TransferReport&) = default;
};

// "12 MiB of 3 GiB, 40%, 1 of 3 files, 12 MiB/s, 5 s left": what is known of it.
std::string progress_text(const TransferProgress& progress);
// "1.2 s", "4 min 5 s".
std::string seconds_text(double seconds);

}  // namespace sennit
