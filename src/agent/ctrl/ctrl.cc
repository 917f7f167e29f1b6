#include "agent/ctrl/ctrl.h"

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <utility>

#include "agent/ctrl/agent_link.h"
#include "agent/ctrl/barrier_gate.h"
#include "agent/ctrl/channel_calls.h"
#include "agent/ctrl/course.h"
#include "agent/ctrl/data_requests.h"
#include "agent/ctrl/order_transfers.h"
#include "agent/ctrl/report.h"
#include "agent/ctrl/stored_output.h"
#include "agent/ctrl/task_progress.h"
#include "agent/ctrl/task_requests.h"
#include "agent/ctrl/user_link.h"
#include "agent/message_log.h"
#include "agent/order_mask.h"
#include "agent/whole_file.h"
#include "logs/secret_mask.h"
#include "loop/signals.h"
#include "loop/timer.h"
#include "model/exit_codes.h"

namespace sennit::agent {
namespace {

constexpr Micros kFarewell = std::chrono::seconds(5);
// From the end of a container until it counts as gone without a word: what its entry process said is on its way.
constexpr Micros kLastWords = std::chrono::milliseconds(500);
// From the SIGKILL by the entry process to that by the engine.
constexpr Micros kEntryPatience = std::chrono::seconds(2);
// How long a command has run before the engine is asked where, so that what it uses can be seen.
constexpr Micros kUntilMeasured = std::chrono::seconds(1);

Result<CourseState> load_course(const std::string& path) {
  const Result<std::string> bytes = read_whole(path);
  if (!bytes && bytes.error().code() == ErrorCode::kNotFound) return CourseState();
  if (!bytes) return bytes.error();
  Result<CourseState> state = decode_course_state(*bytes);
  if (!state) return std::move(state).error().in(path);
  return state;
}

std::string directory_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

// For a ctrl on its own, which has no storage: a task that needs one is told so.
class NoTransfers final : public Transfers {
 public:
  NoTransfers(loop::Loop& loop, const TaskBody& body) : loop_(loop), body_(body) {}

  void download(Sink& sink) override { answer(sink, body_.inputs.empty() ? "" : "inputs"); }
  void upload(Sink& sink) override { answer(sink, body_.outputs.empty() ? "" : "outputs"); }
  void cancel() override {}

 private:
  void answer(Sink& sink, std::string_view what) {
    loop_.post([&sink, what] {
      if (what.empty()) return sink.on_transfer_done({});
      sink.on_transfer_done(Error(ErrorCode::kUnavailable, std::string("this ctrl has no storage for ").append(what)));
    });
  }

  loop::Loop& loop_;
  const TaskBody& body_;
};

// Whether it died of its memory. Not every engine tells (Podman notices only some of it): a SIGKILL that was nobody's
// order, at the limit, is the kernel's.
void take_memory(AttemptExit& exit, Bytes limit, bool engine_says_so, bool stopped) {
  const bool signaled = exit.how == AttemptExit::How::kSignaled;
  if (!signaled && exit.how != AttemptExit::How::kExited) return;
  exit.memory_limit = limit;
  const bool killed = exit.code == (signaled ? SIGKILL : exit_codes::of_signal(SIGKILL));
  const bool full = limit != Bytes() && exit.usage.max_memory.count() >= limit.count() / 10 * 9;
  if (engine_says_so || (killed && full && !stopped)) {
    exit.out_of_memory = limit != Bytes() ? OutOfMemory::kLimit : OutOfMemory::kHost;
  }
}

class Ctrl final : private UserLink::Handler,
                   private Course::Container,
                   private Course::Sink,
                   private ContainerRun::Sink,
                   private AgentLink::Sink {
 public:
  Ctrl(loop::Loop& loop, CtrlOptions& options, StoredOutput output, CourseState state,
       std::shared_ptr<const logs::SecretMask> mask)
      : loop_(loop),
        options_(options),
        mask_(std::move(mask)),
        output_(std::move(output)),
        agent_(loop, std::move(options.agent), order().attempt, order().incarnation, *this),
        no_transfers_(loop, options.order.body),
        gate_(loop, transfers_of(options),
              order().barrier && options.container ? BarrierGate::Barrier::kWanted : BarrierGate::Barrier::kNone,
              [this] { agent_.at_barrier(); }),
        course_(clock_, gate_, *this, *this, std::move(state),
                options.container ? Course::Telling::kEvents : Course::Telling::kPhases),
        absence_(loop),
        until_measured_(loop),
        grace_(loop),
        channels_(loop, [this](std::uint64_t key) { link_->dial(key); }) {}

  Result<void> begin() {
    if (options_.container)
      run_.emplace(loop_, options_.order, *options_.container, static_cast<ContainerRun::Sink&>(*this));
    if (run_ && course_.state().over) {
      course_.begin();
      return {};
    }
    SENNIT_ASSIGN(
        link_,
        UserLink::open(loop_, {.socket = options_.socket, .session = output_.session(), .position = output_.position()},
                       *this));
    progress_.emplace(loop_,
                      TaskProgress::Options{.verb = options_.order.body.verb,
                                            .series = directory_of(options_.log) + "/progress.series",
                                            .told = directory_of(options_.socket) + "/progress",
                                            .mask = mask_},
                      [this](const auto& values) { agent_.progressed(clock_.now(), values); });
    SENNIT_ASSIGN(data_, StorageRequests::open(loop_, options_.order, options_.output));
    requests_.emplace(
        *link_, TaskRequests::Offers{
                    .status = [this](bool json) { return status(json); }, .log = options_.log, .data = data_.get()});
    wait_for_container(options_.wait_for_container);
    const bool ordered = output_.session() != 0 || course_.state().phase >= TaskPhase::kExecute;
    if (run_) run_->begin(ordered ? ContainerRun::Command::kOrdered : ContainerRun::Command::kNew);
    course_.begin();
    return {};
  }

  void stop(Micros grace) {
    course_.stop();
    if (course_.state().over) return;
    if (grace <= Micros::zero()) return kill();
    grace_.arm_after(grace, [this] { kill(); });
  }

  const CourseState& state() const { return course_.state(); }

 private:
  const StartOrder& order() const { return options_.order.order; }

  Transfers& transfers_of(CtrlOptions& options) {
    if (!options.container) return no_transfers_;
    return transfers_.emplace(
        loop_, options.order,
        [this](TransferWay way, const TransferProgress& progress) { agent_.transferring(way, progress); },
        [this](std::function<void()> then) { run_->take_over_output(std::move(then)); });
  }

  void kill() {
    course_.kill();
    if (!run_) return;
    grace_.arm_after(kEntryPatience, [this] { run_->kill(); });
  }

  void wait_for_container(Micros time) {
    absence_.arm_after(time, [this] {
      const bool never_came = !was_joined_ && output_.session() == 0;
      course_.on_container_lost(never_came ? "its container did not come" : "its container has gone");
    });
  }

  Result<std::string> status(bool json) {
    if (json) return report_json(options_.order, course_.state()) + "\n";
    return report_text(options_.order, course_, clock_.now());
  }

  void grew() { agent_.grew(output_.size()); }

  // The link's.
  void on_joined(const wire::UserInfo& info) override {
    was_joined_ = true;
    if (!course_.state().over) absence_.cancel();
    if (info.state != wire::UserInfo::State::kWaiting) output_.begin(info.session);
    session_ = info.session;
    course_.on_container_ready();
    if (course_.state().stopped && !course_.state().has_exit) link_->signal(SIGTERM);
  }
  void on_left(const Error& /*error*/) override {
    if (run_) run_->expect_end();
    if (course_.state().has_exit) {
      if (course_.state().over && !run_) loop_.stop();
      return;
    }
    if (!container_ended_) wait_for_container(options_.wait_for_return);
  }
  void on_replaced() override { course_.on_container_lost("its container was started anew while its command ran"); }
  void on_started(const wire::CommandStarted& started) override {
    output_.begin(session_);
    course_.on_command_started();
    if (transfers_) transfers_->start_checkpoints();
    const PhaseTimes& first = course_.state().times.front();
    const Micros before = first.began.is_set() ? started.at - first.began : Micros::zero();
    const std::int64_t ms = std::clamp<std::int64_t>(before.count() / 1000, 0, UINT32_MAX);
    agent_.started(started.at, started.pid, static_cast<std::uint32_t>(ms));
    if (!run_) return;
    until_measured_.arm_after(kUntilMeasured, [this] { run_->find_pid([this](auto pid) { agent_.contained(pid); }); });
  }
  void on_output(const wire::Output& output) override {
    output_.begin(session_);
    output_.write(output);
    if (progress_) progress_->take(output);
    link_->acknowledge(output_.position());
    grew();
  }
  void on_missing(std::uint64_t bytes) override { output_.skip(clock_.now(), bytes); }
  void on_ended(const wire::CommandEnded& ended) override {
    output_.end_output(clock_.now());
    if (progress_) progress_->end();
    until_measured_.cancel();
    link_->acknowledge(output_.position());
    course_.on_command_ended(ended);
  }
  void on_request(RequestId id, const wire::Request& request) override { requests_->on_request(id, request); }
  void on_request_drained(RequestId id) override { requests_->on_drained(id); }
  void on_request_gone(RequestId id) override { requests_->on_gone(id); }
  void on_channel_wanted(std::unique_ptr<wire::Connection> client) override {
    const bool runs = link_->is_joined() && course_.state().phase == TaskPhase::kExecute && !course_.state().has_exit;
    if (!runs) return channels_.refuse(std::move(client), "its command does not run now");
    channels_.want(std::move(client));
  }
  void on_channel_joined(std::uint64_t key, std::unique_ptr<wire::Connection> task) override {
    channels_.join(key, std::move(task));
  }

  // The course's.
  void start_command() override {
    Result<wire::StartCommand> command = start_command_of(options_.order);
    if (command && options_.container) add_gpu_variables(order(), options_.container->pretended_gpus, *command);
    if (command) return link_->start(std::move(*command));
    // Not within the call, which the course is in the middle of.
    loop_.post(
        [this, why = command.error().message()] { course_.on_container_refused(exit_codes::kCommandNotStarted, why); });
  }
  void dismiss(std::uint32_t code, std::string_view why) override { link_->dismiss(code, std::string(why)); }
  void signal(int number) override { link_->signal(static_cast<std::uint32_t>(number)); }
  void end_is_kept() override { link_->exit_stored(); }
  void on_course_line(std::string_view line) override {
    output_.note(clock_.now(), line);
    grew();
  }
  void on_course_changed(const CourseState& state) override {
    std::string bytes;
    encode(state, bytes);
    const Result<void> kept = replace_file(options_.log + ".course", bytes);
    if (!kept) say(Level::kError, "{}", kept.error().message());
  }
  void on_course_over(const CourseState& state) override {
    if (transfers_) transfers_->stop_checkpoints();
    output_.finish(clock_.now());
    grew();
    if (run_ && (container_ended_ || !was_joined_)) return remove_container();
    if (!run_ && !link_->is_joined() && was_joined_) return loop_.stop();
    // The entry process hears of it and goes, and so do we. It may not have heard of it from the ctrl before us.
    if (state.exit.how == AttemptExit::How::kNotStarted) link_->dismiss(1, state.exit.message);
    absence_.arm_after(kFarewell, [this] { run_ ? remove_container() : loop_.stop(); });
  }

  // The container's.
  void on_container_line(const std::string& line) override {
    if (!course_.state().over) on_course_line("[sennit] " + line);
  }
  void on_container_up() override {}
  void on_container_refused(std::int32_t code, const std::string& why) override {
    course_.on_container_refused(code, why);
  }
  void on_container_ended(const std::optional<launch::ContainerFacts>& facts) override {
    container_ended_ = true;
    facts_ = facts;
    if (course_.state().over) return remove_container();
    if (!course_.state().has_exit) absence_.arm_after(kLastWords, [this] { lose_container(); });
  }
  void on_container_removed() override {
    AttemptExit exit = course_.state().exit;
    take_memory(exit, order().limits.memory, facts_ && facts_->out_of_memory, course_.state().stopped);
    if (mask_) exit.message = mask_->mask(exit.message);
    agent_.exited(exit);
    agent_.flush();
    loop_.stop();
  }
  // It has ended without a word of how its command did.
  void lose_container() {
    if (course_.state().over || course_.state().has_exit) return;
    if (facts_ && facts_->out_of_memory) {
      return course_.on_command_ended(
          {.how = wire::CommandEnded::How::kSignaled, .code = SIGKILL, .message = {}, .at = clock_.now()});
    }
    if (!facts_) return course_.on_container_lost("its container has gone: somebody else removed it");
    std::string why = "its container ended with code " + std::to_string(facts_->exit_code);
    if (!facts_->error.empty()) why += ": " + facts_->error;
    course_.on_container_lost(why);
  }
  void remove_container() {
    if (!std::exchange(removing_, true)) run_->clean_up();
  }

  // The agent's.
  void on_stop(Micros grace) override {
    on_paused(false);
    stop(grace);
    on_output_held(false);
  }
  void on_release() override { gate_.release(); }
  void on_paused(bool paused) override {
    if (paused && (!run_ || course_.state().over)) return;
    if (std::exchange(paused_, paused) != paused) paused ? run_->pause() : run_->resume();
  }
  void on_output_held(bool held) override {
    if (link_) link_->hold_output(held && !course_.state().stopped && !course_.state().over);
  }

  loop::Loop& loop_;
  const CtrlOptions& options_;
  const SystemClock clock_;
  const std::shared_ptr<const logs::SecretMask> mask_;  // shared with the output
  StoredOutput output_;
  AgentLink agent_;
  NoTransfers no_transfers_;
  std::optional<OrderTransfers> transfers_;  // of a container of ours
  BarrierGate gate_;
  Course course_;
  std::uint64_t session_ = 0;
  bool was_joined_ = false;
  bool container_ended_ = false;
  bool removing_ = false;
  bool paused_ = false;
  std::optional<launch::ContainerFacts> facts_;  // of its end
  loop::Timer absence_;                          // of the entry process
  loop::Timer until_measured_;                   // a command that has ended by then is not measured
  loop::Timer grace_;
  ChannelCalls channels_;
  std::unique_ptr<UserLink> link_;
  std::optional<TaskProgress> progress_;
  std::unique_ptr<StorageRequests> data_;
  std::optional<TaskRequests> requests_;
  std::optional<ContainerRun> run_;
};

Result<CourseState> run(loop::Loop& loop, CtrlOptions& options) {
  SENNIT_ASSIGN(CourseState state, load_course(options.log + ".course"));
  const logs::LogPlaces places{.log = options.log, .index = options.log + ".idx", .copy = {}};
  const std::shared_ptr<const logs::SecretMask> mask = mask_for(options.order.order, options.order.body);
  SENNIT_ASSIGN(StoredOutput output, StoredOutput::open(places, options.log + ".taken", mask));
  Ctrl ctrl(loop, options, std::move(output), std::move(state), mask);
  const auto on_signal = [&](int) { ctrl.stop(options.grace); };
  SENNIT_ASSIGN(const loop::Signals signals, loop::Signals::open(loop, {SIGTERM, SIGINT}, on_signal));
  SENNIT_TRY(ctrl.begin());
  loop.run();
  return ctrl.state();
}

}  // namespace

int run_ctrl(CtrlOptions options) {
  ::signal(SIGPIPE, SIG_IGN);
  loop::Loop loop;
  const Result<CourseState> state = run(loop, options);
  if (!state) {
    say(Level::kError, "{}", state.error().message());
    return 1;
  }
  if (!options.report.empty()) {
    const Result<void> told = replace_file(options.report, report_json(options.order, *state) + "\n");
    if (!told) say(Level::kError, "{}", told.error().message());
  }
  // The command's own code is the container's to tell.
  const bool ended = state->exit.how == AttemptExit::How::kExited || state->exit.how == AttemptExit::How::kSignaled;
  const bool well = ended && state->exit.code != exit_codes::kUploadFailed;
  if (!well) say(Level::kError, "{}", state->exit.message);
  return well ? 0 : 1;
}

}  // namespace sennit::agent
