// Carries what tasks write from their pipes to their logs, on a thread of its own, so that a slow disk or a chatty task
// never delays the exits and starts of others.
//
// For a task that writes nothing the thread is never woken. Its pipes are put into the thread's epoll set by the
// caller, and our own write ends stay open while the task runs, for otherwise every exit would hang up both pipes and
// wake the thread only to learn that there was nothing. Ends are therefore not seen as end-of-file but told by
// finish().
//
// On its way, what tasks say of their progress is read out of it (agent/progress_keeper.h), and out of the files that
// they were told to write it to. That is kept and told a moment later, for all that has come meanwhile at once.
//
// Threads:   all functions on the loop's thread, and so the calls of the sink; reading and writing on the pump's own.
// Ownership: owns pipes, logs and the thread; the sink outlives it.
// Errors:    open() fails with kExhausted; logs that cannot be written are told in the summary (logs/log_writer.h).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/log_reader.h"
#include "base/result.h"
#include "base/strong_id.h"
#include "launch/world.h"
#include "logs/log_writer.h"
#include "logs/secret_mask.h"
#include "loop/loop.h"
#include "model/measures.h"

namespace sennit::agent {

using CaptureId = StrongId<struct CaptureIdTag, std::uint64_t>;

// Where the output of an attempt goes; the paths are made up when there is a first byte.
struct CapturePlace {
  std::shared_ptr<const launch::WorkflowWorld> world;  // shared with the workflow's other attempts
  std::string task;
  std::uint32_t number = 0;
  std::string job_log;
  std::string opening = {};  // a line of ours before the first output
  std::shared_ptr<const logs::SecretMask> mask =
      {};                     // of what must not get there, shared with the attempt; null: nothing
  std::string verb = {};      // of a job: how its progress is read
  std::string progress = {};  // the name of its file in the directory of them; "": it has none
};

class LogPump {
 public:
  class Sink {
   public:
    virtual ~Sink() = default;
    // The answer to a finish() that could not answer at once.
    virtual void on_capture_finished(CaptureId id, const logs::LogSummary& summary) = 0;
    // After let_go(): nobody can write to either pipe any more, and all of it is in the log.
    virtual void on_capture_ended(CaptureId id) = 0;
    // A followed log has grown; several times in short order are told once.
    virtual void on_capture_grew(CaptureId id, std::uint64_t size) = 0;
    // The latest of all numbers by which the task tells its progress; before on_capture_finished.
    virtual void on_capture_progress(CaptureId id, const std::vector<NamedValue>& values) = 0;
  };

  // `progress`: the directory of the files to which tasks write their progress; "": there is none. It is emptied.
  LogPump(loop::Loop& loop, Sink& sink, const std::string& progress = "");
  ~LogPump();
  LogPump(const LogPump&) = delete;
  LogPump& operator=(const LogPump&) = delete;

  // Two pipes for one attempt. `out` and `err` are for the child and stay the pump's.
  struct Capture {
    CaptureId id;
    int out = -1;
    int err = -1;
  };
  Result<Capture> open(CapturePlace place);

  // The attempt's process has ended, but others may hold its pipes: closes our write ends. on_capture_ended comes once
  // theirs are closed, too; finish() may be called before that.
  void let_go(CaptureId id);

  // The attempt is over: what lies in the pipes goes to the log, then everything is closed. Answers at once if there is
  // nothing to carry (the usual case), else by on_capture_finished.
  std::optional<logs::LogSummary> finish(CaptureId id);

  // A line of ours goes to the log, with what was in the pipes before it. Its secrets are masked.
  void note(CaptureId id, std::string_view line);

  // Of one that reads on_capture_grew is called from now on; the size by now is returned. kHolds: what is written stays
  // in the pipes until another call, or until nobody has them open.
  std::uint64_t set_reader(CaptureId id, LogReader reader);
  // Whoever holds it, it is carried from now on.
  void let_flow(CaptureId id);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sennit::agent
