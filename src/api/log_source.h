// The log of one attempt as text for a client, taken in pieces, also while it grows.
//
// Threads: one at a time. Errors: a log that cannot be read is a line in the text that says so.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api/log_query.h"
#include "logs/log_reader.h"
#include "logs/run_layout.h"

namespace sennit::api {

// What stands in front of a line.
struct LineFormat {
  std::string label;  // "[train] "; "": none
  Timestamps timestamps = Timestamps::kOff;
  LogForm form = LogForm::kPlain;  // kOsmo: "2026/11/28 10:00:00 [train] ", with `label` as "[train]"
};

class LogSource {
 public:
  LogSource(logs::RunLayout layout, LineFormat format, LogSelection selection);

  // Goes on where another source of this log was.
  void go_on(const LogPlace& place) { given_ = place; }
  // A search that takes long ends when it is set, without result.
  void stop_when(std::shared_ptr<const std::atomic<bool>> stop) { stop_ = std::move(stop); }

  enum class State : std::uint8_t {
    kMore,   // there is more to take now
    kEmpty,  // everything written by now was taken
    kOver    // nothing that comes later is of the time asked for
  };
  // While the attempt goes on (`kGrowing`), an unfinished line is kept back, unless the text is raw (nothing stands in
  // front of lines, and no pattern selects them).
  enum class Growth : std::uint8_t { kGrowing, kComplete };

  // Appends up to about `limit` bytes, or nothing after a good while of looking: see State.
  State take(std::string& out, std::size_t limit, Growth growth);

  // The same, line by line; of one that is raw, piece by piece. place() is behind it, within the call, too.
  using Emit = std::function<void(Instant at, std::string_view text)>;
  State take_each(std::size_t limit, Growth growth, const Emit& emit);

  // The first time of the log; not set: it has none (yet).
  Instant first_time();

  const LogPlace& place() const { return place_; }
  // Whether it is known where what is asked for begins: place() means something from then on.
  bool has_begun() const { return begun_; }

 private:
  class Taking;

  bool is_raw() const;
  bool open(const Emit& emit);
  Result<bool> begin(std::uint64_t size);
  Result<std::uint64_t> end_of_range(std::uint64_t size, bool& over) const;
  Result<std::uint64_t> start_of_last_matches(std::uint64_t start, std::uint64_t end) const;
  Result<State> take_selected(std::size_t limit, Growth growth, const Emit& emit);
  Result<State> take_raw(std::size_t limit, std::uint64_t end, const Emit& emit);
  Result<State> take_lines(std::size_t limit, std::uint64_t end, Growth growth, const Emit& emit);
  bool selects(const logs::LogLine& line) const;
  bool is_stopped() const { return stop_ && stop_->load(std::memory_order_relaxed); }

  logs::RunLayout layout_;
  LineFormat format_;
  LogSelection selection_;
  std::optional<LogPlace> given_;
  std::shared_ptr<const std::atomic<bool>> stop_;  // shared with who may lose interest
  std::optional<logs::LogReader> reader_;
  bool begun_ = false;
  LogPlace place_;
};

}  // namespace sennit::api
