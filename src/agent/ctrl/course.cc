#include "agent/ctrl/course.h"

#include <fmt/format.h>

#include <csignal>
#include <utility>

#include "agent/attempt_exit.h"
#include "base/fields.h"
#include "model/exit_codes.h"
#include "wire/messages.h"

namespace sennit::agent {
namespace {

std::string seconds(Micros time) { return fmt::format("{:.1f} s", static_cast<double>(time.count()) / 1e6); }

AttemptExit exit_of(const wire::CommandEnded& ended) {
  AttemptExit exit;
  switch (ended.how) {
    case wire::CommandEnded::How::kExited: exit.how = AttemptExit::How::kExited; break;
    case wire::CommandEnded::How::kSignaled: exit.how = AttemptExit::How::kSignaled; break;
    case wire::CommandEnded::How::kNotStarted: exit.how = AttemptExit::How::kNotStarted; break;
  }
  exit.code = static_cast<std::int32_t>(ended.code);
  if (exit.how == AttemptExit::How::kNotStarted) {
    exit.code = ended.shortage ? exit_codes::kStartError : exit_codes::kCommandNotStarted;
  }
  exit.message = ended.message;
  shorten(exit.message);
  exit.at = ended.at;
  exit.ran_us = ended.ran.count();
  exit.usage = {.max_memory = ended.max_memory, .cpu = ended.cpu};
  return exit;
}

std::string end_line(const AttemptExit& exit) {
  const std::string after = seconds(Micros(exit.ran_us));
  switch (exit.how) {
    case AttemptExit::How::kExited: return fmt::format("Command ended with exit code {} after {}", exit.code, after);
    case AttemptExit::How::kSignaled: return fmt::format("Command ended by signal {} after {}", exit.code, after);
    case AttemptExit::How::kNotStarted: return "Command could not be started: " + exit.message;
    case AttemptExit::How::kLost: return "Command is lost: " + exit.message;
  }
  return "";
}

}  // namespace

std::string_view to_string(TaskPhase phase) {
  switch (phase) {
    case TaskPhase::kInitialize: return "initialize";
    case TaskPhase::kDownload: return "download";
    case TaskPhase::kExecute: return "execute";
    case TaskPhase::kUpload: return "upload";
  }
  return "";
}

void encode(const CourseState& state, std::string& out) {
  FieldWriter writer(out);
  writer.put(1, static_cast<std::uint64_t>(state.phase));
  for (const PhaseTimes& times : state.times) {
    writer.nest(2, [&](FieldWriter& inner) {
      inner.put_signed(1, times.began.unix_us());
      inner.put_signed(2, times.ended.unix_us());
    });
  }
  std::string exit;
  wire::encode_exited({.attempt = {}, .exit = state.exit}, exit);
  writer.put(3, exit);
  writer.put(4, std::uint64_t{state.has_exit});
  writer.put(5, std::uint64_t{state.stopped});
  writer.put(6, std::uint64_t{state.over});
}

Result<CourseState> decode_course_state(std::string_view bytes) {
  CourseState state;
  std::size_t phase = 0;
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    if (field.tag == 1 && field.number < kTaskPhases) state.phase = static_cast<TaskPhase>(field.number);
    if (field.tag == 2 && phase < kTaskPhases) {
      PhaseTimes& times = state.times[phase++];
      FieldReader inner(field.bytes);
      Field time;
      while (inner.next(time)) {
        if (time.tag == 1) times.began = Instant::from_unix_us(time.as_signed());
        if (time.tag == 2) times.ended = Instant::from_unix_us(time.as_signed());
      }
      SENNIT_TRY(inner.status());
    }
    if (field.tag == 3) {
      SENNIT_ASSIGN(fact::AttemptExited exited, wire::decode_exited(field.bytes));
      state.exit = std::move(exited.exit);
    }
    if (field.tag == 4) state.has_exit = field.as_bool();
    if (field.tag == 5) state.stopped = field.as_bool();
    if (field.tag == 6) state.over = field.as_bool();
  }
  SENNIT_TRY(reader.status());
  return state;
}

Course::Course(const Clock& clock, Transfers& transfers, Container& container, Sink& sink, CourseState state,
               Telling telling)
    : clock_(clock),
      transfers_(transfers),
      container_(container),
      sink_(sink),
      state_(std::move(state)),
      telling_(telling) {}

void Course::begin() {
  if (state_.over) return sink_.on_course_over(state_);
  enter(state_.phase);
}

// Again after another ctrl was in it: then the times are there, and what was said is not said twice.
void Course::enter(TaskPhase phase) {
  state_.phase = phase;
  const bool again = times().began.is_set();
  if (!again) {
    times().began = clock_.now();
    sink_.on_course_changed(state_);
  }
  switch (phase) {
    case TaskPhase::kInitialize: return;  // until on_container_ready
    case TaskPhase::kDownload:
      if (!again) say_phase("Downloading Start");
      return transfers_.download(*this);
    case TaskPhase::kExecute: return container_.start_command();
    case TaskPhase::kUpload:
      if (!again) say_phase("Upload Start");
      return transfers_.upload(*this);
  }
}

void Course::leave() {
  times().ended = clock_.now();
  progress_.reset();
}

void Course::say_line(std::string_view text) { sink_.on_course_line(std::string("[sennit] ").append(text)); }

void Course::say_phase(std::string_view text) {
  if (telling_ == Telling::kPhases) say_line(text);
}

void Course::on_container_ready() {
  if (state_.phase != TaskPhase::kInitialize || state_.over) return;
  leave();
  say_phase(fmt::format("Initialized in {}", seconds(times().ended - times().began)));
  enter(TaskPhase::kDownload);
}

void Course::on_command_started() {
  if (state_.phase != TaskPhase::kExecute || std::exchange(command_told_, true)) return;
  sink_.on_course_changed(state_);
}

void Course::on_command_ended(const wire::CommandEnded& ended) {
  if (state_.over || state_.has_exit) return container_.end_is_kept();  // told again: it had not heard
  if (state_.phase != TaskPhase::kExecute) return;
  state_.exit = exit_of(ended);
  state_.has_exit = true;
  leave();
  say_phase(end_line(state_.exit));
  sink_.on_course_changed(state_);
  container_.end_is_kept();
  // What never ran has left nothing behind.
  if (state_.stopped || state_.exit.how == AttemptExit::How::kNotStarted) return finish();
  enter(TaskPhase::kUpload);
}

void Course::on_container_lost(std::string why) {
  if (state_.over || state_.has_exit) return;
  if (state_.phase == TaskPhase::kDownload) transfers_.cancel();
  leave();
  set_lost(state_.exit, std::move(why));
  state_.exit.at = clock_.now();
  state_.has_exit = true;
  say_line(end_line(state_.exit));
  finish();
}

void Course::on_container_refused(std::int32_t code, std::string why) {
  if (!state_.over && !state_.has_exit) give_up(code, std::move(why));
}

// Ends it before there is a command.
void Course::give_up(std::int32_t code, std::string message) {
  leave();
  state_.exit = not_started(code, std::move(message), clock_.now());
  shorten(state_.exit.message);
  state_.has_exit = true;
  say_line(state_.exit.message);
  sink_.on_course_changed(state_);
  container_.dismiss(1, state_.exit.message);
  finish();
}

void Course::stop() {
  if (state_.over || std::exchange(state_.stopped, true)) return;
  sink_.on_course_changed(state_);
  switch (state_.phase) {
    case TaskPhase::kInitialize: return give_up(exit_codes::of_signal(SIGTERM), "stopped before its command began");
    case TaskPhase::kDownload:
    case TaskPhase::kUpload: return transfers_.cancel();
    case TaskPhase::kExecute: return container_.signal(SIGTERM);
  }
}

void Course::kill() {
  if (state_.over || state_.phase != TaskPhase::kExecute) return;
  container_.signal(SIGCONT);
  container_.signal(SIGKILL);
}

void Course::on_transfer_line(std::string_view line) {
  if (!line.empty()) say_line(line);
}

void Course::on_transfer_progress(const TransferProgress& progress) { progress_ = progress; }

void Course::on_transfer_done(const Result<void>& result) {
  if (state_.over) return;
  if (state_.phase == TaskPhase::kDownload) {
    if (state_.stopped) return give_up(exit_codes::of_signal(SIGTERM), "stopped while its inputs were downloaded");
    if (!result) return give_up(transfers_.failure_code(), describe_download_failure(result.error()));
    leave();
    say_phase("All Inputs Gathered");
    return enter(TaskPhase::kExecute);
  }
  leave();
  state_.exit.upload_ms = static_cast<std::uint32_t>((times().ended - times().began).count() / 1000);
  if (result) {
    say_phase("All Outputs Uploaded");
    return finish();
  }
  AttemptExit& exit = state_.exit;
  const std::string before = std::exchange(exit.message, "");
  const std::int32_t code = exit.code;
  add_upload_failure(exit, result.error());
  if (state_.stopped) exit.code = code;
  say_line(exit.message);
  if (!before.empty()) exit.message = before + "; " + exit.message;
  shorten(exit.message);
  finish();
}

void Course::finish() {
  state_.over = true;
  sink_.on_course_changed(state_);
  sink_.on_course_over(state_);
}

}  // namespace sennit::agent
