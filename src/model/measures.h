// What a running attempt says and uses: told while it changes, past the engine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/result.h"
#include "model/ids.h"

namespace sennit {

struct NamedValue {
  std::string name;
  double value = 0;
  friend bool operator==(const NamedValue&, const NamedValue&) = default;
};

// The latest of each number that the task has printed or told.
struct ProgressReport {
  AttemptId attempt;
  Instant at;
  std::vector<NamedValue> values;
  friend bool operator==(const ProgressReport&, const ProgressReport&) = default;
};

struct GpuUse {
  unsigned device = 0;
  std::uint32_t busy = 0;  // thousandths of the device, whoever uses it
  Bytes memory;            // likewise
  Bytes own_memory;        // of this attempt; 0: not known
  Instant quiet_since;     // busy with next to nothing since; not set: it works
  friend bool operator==(const GpuUse&, const GpuUse&) = default;
};

struct UsageReport {
  AttemptId attempt;
  Instant at;
  std::uint64_t cpu_thousandths = 0;  // of one processor, since the report before
  Micros cpu_time{};                  // in all
  Bytes memory;
  Bytes memory_limit;  // 0: none
  Bytes read;          // in all, from and to storage
  Bytes written;
  std::vector<GpuUse> gpus;
  friend bool operator==(const UsageReport&, const UsageReport&) = default;
};

void encode(const ProgressReport& report, std::string& out);
Result<ProgressReport> decode_progress_report(std::string_view bytes);
void encode(const UsageReport& report, std::string& out);
Result<UsageReport> decode_usage_report(std::string_view bytes);

// "step 100/1000 10% epoch 2/3 loss 0.25 lr 2e-05": the numbers that have a meaning, in this order; else the first two
// of the others. "": there is nothing to say.
std::string progress_line(const std::vector<NamedValue>& values);
// How much of it is done, in percent: by steps, by its own word or by epochs; what is nonsense is not known.
std::optional<double> percent_of(const std::vector<NamedValue>& values);
// Nothing: it has none of that name.
std::optional<double> value_of(const std::vector<NamedValue>& values, std::string_view name);

}  // namespace sennit
