// The log of one attempt as text for a client, taken in pieces, also while it grows.
//
// Threads: the loop's. Errors: a log that cannot be read is a line in the text that says so.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "logs/log_reader.h"
#include "logs/run_layout.h"

namespace sennit::api {

enum class Timestamps : std::uint8_t { kOff, kOn };

struct LineFormat {
  std::string label;  // "[train] "; "": none
  Timestamps timestamps = Timestamps::kOff;
};

class LogSource {
 public:
  // With `last_lines`, only those of what is written when the log is first read.
  LogSource(logs::RunLayout layout, LineFormat format, std::optional<std::uint64_t> last_lines);

  enum class State : std::uint8_t {
    kMore,  // there is more to take now
    kEmpty  // everything written by now was taken
  };
  // Appends up to about `limit` bytes. While the attempt goes on (`kGrowing`), an unfinished line is kept back, unless
  // the text is raw (no label, no timestamps).
  enum class Growth : std::uint8_t { kGrowing, kComplete };
  State take(std::string& out, std::size_t limit, Growth growth);

 private:
  bool open(std::string& out);
  State take_raw(std::string& out, std::size_t limit);
  State take_lines(std::string& out, std::size_t limit, Growth growth);
  void append_line(std::string& out, const logs::LogLine& line) const;

  logs::RunLayout layout_;
  LineFormat format_;
  std::optional<std::uint64_t> last_lines_;
  std::optional<logs::LogReader> reader_;
  std::uint64_t offset_ = 0;
};

}  // namespace sennit::api
