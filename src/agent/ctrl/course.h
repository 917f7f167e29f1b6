// The course of a task through its four phases: initialize, download, execute, upload. Says what is to happen next;
// does none of it itself.
//
//   initialize   until the task's container is there
//   download     its inputs
//   execute      its command, from the order until the end is known
//   upload       its outputs, also after a command that failed, not after a stop
//
// What a course has come to is a value that its owner keeps; a later ctrl goes on with it. A phase that was cut in the
// middle is done again, with the time at which it began.
//
// Threads:   the loop's. Ownership: transfers, container and sink outlive it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/transfers/transfers.h"
#include "base/clock.h"
#include "base/result.h"
#include "model/fact.h"
#include "wire/user_messages.h"

namespace sennit::agent {

enum class TaskPhase : std::uint8_t { kInitialize = 0, kDownload = 1, kExecute = 2, kUpload = 3 };
inline constexpr std::size_t kTaskPhases = 4;
std::string_view to_string(TaskPhase phase);  // "initialize"

struct PhaseTimes {
  Instant began;
  Instant ended;
  friend bool operator==(const PhaseTimes&, const PhaseTimes&) = default;
};

struct CourseState {
  TaskPhase phase = TaskPhase::kInitialize;
  std::array<PhaseTimes, kTaskPhases> times{};
  AttemptExit exit;       // of the command, and at the end of the attempt
  bool has_exit = false;  // the command's end, or why there is none, is known
  bool stopped = false;   // by an order
  bool over = false;
  friend bool operator==(const CourseState&, const CourseState&) = default;
};

void encode(const CourseState& state, std::string& out);
Result<CourseState> decode_course_state(std::string_view bytes);

class Course final : private Transfers::Sink {
 public:
  // The container's side of it: a UserLink, or whatever stands for it where there is no container.
  class Container {
   public:
    virtual ~Container() = default;
    virtual void start_command() = 0;
    virtual void dismiss(std::uint32_t code, std::string_view why) = 0;
    virtual void signal(int number) = 0;
    // How the command ended is kept.
    virtual void end_is_kept() = 0;
  };
  class Sink {
   public:
    virtual ~Sink() = default;
    // For the task's log, "[sennit] ..." without a newline.
    virtual void on_course_line(std::string_view line) = 0;
    // To be kept before the call returns.
    virtual void on_course_changed(const CourseState& state) = 0;
    // Nothing comes after it.
    virtual void on_course_over(const CourseState& state) = 0;
  };

  // What the log is told of the phases: all, or what goes wrong and what is transferred.
  enum class Telling { kPhases, kEvents };

  // `state`: as on_course_changed said last, to go on with it.
  Course(const Clock& clock, Transfers& transfers, Container& container, Sink& sink, CourseState state = {},
         Telling telling = Telling::kPhases);

  // Begins, or goes on.
  void begin();
  const CourseState& state() const { return state_; }
  const std::optional<TransferProgress>& progress() const { return progress_; }

  void on_container_ready();
  void on_command_started();
  void on_command_ended(const wire::CommandEnded& ended);
  // There will be no container.
  void on_container_refused(std::int32_t code, std::string why);
  // Nobody will know how the command ended, or the container never came.
  void on_container_lost(std::string why);

  // SIGTERM to what runs; the caller sends kill() after a grace period. Transfers are cancelled, none begins.
  void stop();
  void kill();

 private:
  void on_transfer_line(std::string_view line) override;
  void on_transfer_progress(const TransferProgress& progress) override;
  void on_transfer_done(const Result<void>& result) override;

  void enter(TaskPhase phase);
  void leave();
  void say_line(std::string_view text);
  void say_phase(std::string_view text);
  void give_up(std::int32_t code, std::string message);
  void finish();
  PhaseTimes& times() { return state_.times[static_cast<std::size_t>(state_.phase)]; }

  const Clock& clock_;
  Transfers& transfers_;
  Container& container_;
  Sink& sink_;
  CourseState state_;
  std::optional<TransferProgress> progress_;
  Telling telling_;
  bool command_told_ = false;  // by this ctrl, in the log
};

}  // namespace sennit::agent
