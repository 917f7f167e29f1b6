// What is asked of the logs of a workflow, and how far somebody has got with it.
//
// Threads: values. Errors: kInvalid, in words for whoever asked.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "http/target.h"
#include "logs/line_pattern.h"
#include "logs/log_format.h"
#include "model/ids.h"

namespace sennit::api {

enum class Timestamps : std::uint8_t { kOff, kOn };
enum class LogForm : std::uint8_t { kPlain, kOsmo };

// Which of a log's lines.
struct LogSelection {
  std::optional<std::uint64_t> last_lines;  // of what is written when the log is first read
  Instant since;                            // not set: from the beginning
  Instant until;                            // not set: no end
  std::optional<logs::Stream> stream;
  std::shared_ptr<const logs::LinePattern> pattern;  // null: all lines; shared by the sources of a follower
  std::uint32_t context = 0;                         // lines around each that matches

  bool is_everything() const { return !last_lines && !since.is_set() && !until.is_set() && !stream && !pattern; }
};

// How far a log has been shown.
struct LogPlace {
  std::uint64_t next = 0;     // what is looked at next
  std::uint64_t printed = 0;  // behind the last line shown; 0: none was
  std::uint64_t start = 0;    // what is asked for begins here
  std::uint32_t after = 0;    // so many lines are still shown because of a match before them
  friend bool operator==(const LogPlace&, const LogPlace&) = default;
};

// How far the logs of a workflow have been shown: what a client sends to go on behind it.
//
// As text a line for each log, "<task> <attempt> <next> <printed> <start> <after>", or "<task>-<task> <attempt> done"
// for tasks in a row whose logs are over. Tasks by their numbers. A log of which nothing is said begins anew.
class LogCursor {
 public:
  static Result<LogCursor> parse(std::string_view text);

  bool is_done(TaskIndex task, std::uint32_t attempt) const;
  std::optional<LogPlace> place(TaskIndex task, std::uint32_t attempt) const;

 private:
  std::map<std::pair<std::uint32_t, std::uint32_t>, LogPlace> places_;     // by task and attempt
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> done_;  // attempt and first task: the last
};

// "12 3 512 512 0 0\n" in front of 12 bytes of the fourth task; "0 3 0 done\n": its log is over.
std::string frame_header(std::size_t bytes, TaskIndex task, std::uint32_t attempt, const LogPlace& place);
std::string done_frame(TaskIndex task, std::uint32_t attempt);

struct LogQuery {
  std::optional<TaskIndex> task;  // not given: all, each line with its task's name in front
  std::optional<std::uint32_t> attempt;
  LogSelection lines;
  bool follow = false;
  bool block = false;   // whoever does not take it holds the tasks back
  bool merged = false;  // by time, instead of one log after the other
  bool framed = false;  // with frame headers, for a client that may have to go on
  Timestamps timestamps = Timestamps::kOff;
  LogForm form = LogForm::kPlain;
  LogCursor from;
};

// All of it but the task, which is looked up by who knows the workflow. `body`: a cursor, or nothing.
Result<LogQuery> log_query(const http::Target& target, std::string_view body);

}  // namespace sennit::api
