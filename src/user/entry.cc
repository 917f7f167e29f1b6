#include "user/entry.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/version.h"
#include "user/channel.h"
#include "user/command.h"
#include "user/echo.h"
#include "user/frame_socket.h"
#include "user/output_queue.h"
#include "user/signals.h"

extern char** environ;

namespace sennit::user {
namespace {

constexpr int kNoCtrl = 69;  // EX_UNAVAILABLE
constexpr Micros kFirstRetry = std::chrono::milliseconds(5);
constexpr Micros kLastRetry = std::chrono::seconds(1);
constexpr Micros kLinger = std::chrono::milliseconds(250);  // the agent gives processes the same
constexpr Micros kAfterTerminate = std::chrono::seconds(5);
constexpr std::size_t kLeftBytes = 2 * 1024 * 1024;  // the most that lies in the pipes when nobody is left
constexpr std::size_t kQueuedForSocket = 256 * 1024;

void complain(const std::string& text) { std::fprintf(stderr, "sennit-user: %s\n", text.c_str()); }

std::uint64_t random_session() {
  std::uint64_t number = 0;
  const bool drawn = ::getrandom(&number, sizeof number, 0) == sizeof number;
  if (!drawn)
    number = static_cast<std::uint64_t>(SystemClock().now().unix_us()) << 16 ^ static_cast<unsigned>(::getpid());
  return number | 1;
}

Micros of(const timeval& time) { return Micros(static_cast<std::int64_t>(time.tv_sec) * 1'000'000 + time.tv_usec); }

enum class Stage : std::uint8_t {
  kWaiting,    // for an order
  kRunning,    // the command
  kLingering,  // it has ended, others of its group may still write
  kDraining,   // nobody is left, what they wrote is being read
  kTelling,    // until ctrl has stored the end
  kOver,
};

class Entry {
 public:
  Entry(const EntryOptions& options, UniqueFd signals);
  int run();

 private:
  bool has_command() const { return stage_ == Stage::kRunning || stage_ == Stage::kLingering; }
  bool reads_pipes() const { return stage_ >= Stage::kRunning && stage_ <= Stage::kDraining; }
  void finish(int code) {
    exit_code_ = code;
    stage_ = Stage::kOver;
  }

  void wait();
  int milliseconds_left() const;
  void on_deadlines();
  void on_signals();
  void on_terminate();
  void reap();
  void on_pipe(std::size_t stream);

  void call_ctrl();
  void lose_ctrl(const Error& error);
  bool take(const wire::UserMessage& message);
  void on_resume(const wire::Resume& resume);
  void on_start(const wire::StartCommand& order);
  void on_signal_command(int number);
  void on_dismiss(const wire::Dismiss& dismiss);
  void on_dial(std::uint64_t key);
  void tell(const wire::UserMessage& message);
  void send_output();

  void command_ended(int status, const rusage& usage);
  void command_refused(const Error& error);
  bool is_anybody_left() const;
  void end_rest();
  void after_reading();
  void tell_end();
  void give_up();

  const EntryOptions& options_;
  const SystemClock clock_;
  const bool is_init_ = ::getpid() == 1;
  const std::uint64_t session_ = random_session();
  UniqueFd signals_;
  FrameSocket ctrl_;
  bool resumed_ = false;  // on this connection: ctrl has said from where it wants output
  bool told_end_ = false;
  Micros retry_at_{};
  Micros retry_after_ = kFirstRetry;

  Stage stage_ = Stage::kWaiting;
  Command command_;
  ChannelWorld world_;  // of the command
  bool echo_ = false;
  OutputQueue queue_;
  std::vector<char> buffer_;
  wire::CommandStarted started_;
  Micros started_boot_{};
  wire::CommandEnded ended_;
  int exit_code_ = 0;
  Micros deadline_{};    // of the stage
  Micros give_up_at_{};  // once the command has ended
  std::size_t drained_ = 0;
};

Entry::Entry(const EntryOptions& options, UniqueFd signals)
    : options_(options), signals_(std::move(signals)), buffer_(wire::kOutputBytes) {
  deadline_ = clock_.boot() + options_.wait_for_ctrl;
}

int Entry::run() {
  while (stage_ != Stage::kOver) {
    if (!ctrl_.is_open() && clock_.boot() >= retry_at_) call_ctrl();
    send_output();
    if (stage_ == Stage::kOver) break;
    wait();
    on_deadlines();
  }
  return exit_code_;
}

// Until something is to be done, and does it.
void Entry::wait() {
  std::array<pollfd, 4> fds;
  fds[0] = {.fd = signals_.get(), .events = POLLIN, .revents = 0};
  fds[1] = {.fd = ctrl_.fd(), .events = POLLIN, .revents = 0};
  if (ctrl_.queued() > 0) fds[1].events |= POLLOUT;
  const bool reads = reads_pipes() && queue_.has_room();
  for (std::size_t stream = 0; stream < 2; ++stream) {
    fds[2 + stream] = {.fd = reads ? command_.pipes[stream].get() : -1, .events = POLLIN, .revents = 0};
  }
  if (::poll(fds.data(), fds.size(), milliseconds_left()) < 0 && errno != EINTR) {
    complain(Error::from_errno("wait", errno).message());
    return finish(kNoCtrl);
  }
  for (std::size_t stream = 0; stream < 2; ++stream) {
    if (fds[2 + stream].revents != 0) on_pipe(stream);
  }
  if (fds[0].revents != 0) on_signals();
  if (fds[1].revents != 0 && ctrl_.is_open()) {
    const auto received =
        ctrl_.receive(of_user_messages([this](const wire::UserMessage& message) { return take(message); }));
    if (!received) lose_ctrl(received.error());
  }
  if (stage_ == Stage::kDraining) after_reading();
}

int Entry::milliseconds_left() const {
  const bool has_deadline = stage_ != Stage::kRunning;
  Micros next = Micros::max();
  if (has_deadline) next = deadline_;
  if (!ctrl_.is_open()) next = std::min(next, retry_at_);
  if (next == Micros::max()) return -1;
  const std::int64_t left = (next - clock_.boot()).count();
  return static_cast<int>(std::clamp<std::int64_t>((left + 999) / 1000, 0, 60'000));
}

void Entry::on_deadlines() {
  if (clock_.boot() < deadline_) return;
  switch (stage_) {
    case Stage::kWaiting:
      complain("nobody has come to " + options_.socket + " with an order; is the task's ctrl running?");
      return finish(kNoCtrl);
    case Stage::kLingering: return end_rest();
    case Stage::kDraining: return after_reading();
    case Stage::kTelling: return give_up();
    case Stage::kRunning:
    case Stage::kOver: return;
  }
}

void Entry::on_signals() {
  signalfd_siginfo info{};
  while (::read(signals_.get(), &info, sizeof info) == sizeof info) {
    const int number = static_cast<int>(info.ssi_signo);
    if (number == SIGCHLD) continue;
    if (has_command()) {
      command_.signal_group(number);
    } else if (number == SIGTERM || number == SIGINT || number == SIGQUIT || number == SIGHUP) {
      on_terminate();
    }
  }
  reap();
}

// Told to end while there is nobody to pass it on to.
void Entry::on_terminate() {
  if (stage_ == Stage::kWaiting) return finish(128 + SIGTERM);
  // Ctrl may still be taking what there is; more than a moment for that would be cut short by SIGKILL.
  give_up_at_ = std::min(give_up_at_, clock_.boot() + kAfterTerminate);
  deadline_ = std::min(deadline_, give_up_at_);
}

// Every child that has ended: as pid 1, or as a subreaper, we are the parent of the orphans.
void Entry::reap() {
  int status = 0;
  rusage usage{};
  pid_t pid = 0;
  while ((pid = ::wait4(-1, &status, WNOHANG, &usage)) > 0) {
    if (pid == command_.pid && stage_ == Stage::kRunning) command_ended(status, usage);
  }
  if (stage_ == Stage::kLingering && !is_anybody_left()) end_rest();
}

void Entry::on_pipe(std::size_t stream) {
  UniqueFd& pipe = command_.pipes[stream];
  const ssize_t count = ::read(pipe.get(), buffer_.data(), buffer_.size());
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) return pipe.reset();
  const std::string_view bytes(buffer_.data(), static_cast<std::size_t>(count));
  if (stage_ == Stage::kDraining) drained_ += bytes.size();
  queue_.add(static_cast<wire::Output::Stream>(stream), clock_.now(), bytes);
  if (echo_) echo_to(stream == 0 ? STDOUT_FILENO : STDERR_FILENO, bytes);
}

// There is no event for "somebody listens there now": tried again, ever less often.
void Entry::call_ctrl() {
  const Result<void> connected = ctrl_.connect(options_.socket);
  resumed_ = false;
  told_end_ = false;
  if (!connected) {
    const bool may_come = connected.error().code() == ErrorCode::kUnavailable;
    if (!may_come) complain(connected.error().message());
    if (!may_come && stage_ == Stage::kWaiting) return finish(kNoCtrl);
    retry_at_ = clock_.boot() + retry_after_;
    retry_after_ = std::min(2 * retry_after_, kLastRetry);
    return;
  }
  const auto state = stage_ == Stage::kWaiting  ? wire::UserInfo::State::kWaiting
                     : stage_ < Stage::kTelling ? wire::UserInfo::State::kRunning
                                                : wire::UserInfo::State::kEnded;
  tell(wire::UserInfo{.version = std::string(kVersion),
                      .session = session_,
                      .pid = static_cast<std::uint32_t>(::getpid()),
                      .state = state,
                      .produced = queue_.produced()});
}

void Entry::lose_ctrl(const Error& error) {
  ctrl_.close();
  resumed_ = false;
  retry_at_ = clock_.boot() + retry_after_;
  retry_after_ = std::min(2 * retry_after_, kLastRetry);
  if (error.code() == ErrorCode::kUnavailable) return;
  complain(error.message());
  // Another ctrl may come for what runs; for a command that has not begun, it had better be told at once.
  if (stage_ == Stage::kWaiting) finish(kNoCtrl);
}

void Entry::tell(const wire::UserMessage& message) {
  ctrl_.queue(message);
  if (const Result<void> sent = ctrl_.send_queued(); !sent) lose_ctrl(sent.error());
}

bool Entry::take(const wire::UserMessage& message) {
  if (const auto* resume = std::get_if<wire::Resume>(&message)) on_resume(*resume);
  if (const auto* start = std::get_if<wire::StartCommand>(&message)) on_start(*start);
  if (const auto* signal = std::get_if<wire::SignalCommand>(&message))
    on_signal_command(static_cast<int>(signal->number));
  if (const auto* stored = std::get_if<wire::OutputStored>(&message)) queue_.stored(stored->position);
  if (const auto* dismiss = std::get_if<wire::Dismiss>(&message)) on_dismiss(*dismiss);
  if (const auto* dial = std::get_if<wire::DialChannel>(&message)) on_dial(dial->key);
  if (std::holds_alternative<wire::ExitStored>(message) && stage_ == Stage::kTelling) finish(exit_code_);
  return stage_ != Stage::kOver;
}

void Entry::on_resume(const wire::Resume& resume) {
  retry_after_ = kFirstRetry;
  queue_.stored(resume.position);
  queue_.rewind();
  resumed_ = true;
  if (stage_ >= Stage::kRunning && started_.pid != 0) tell(started_);
}

void Entry::on_start(const wire::StartCommand& order) {
  if (stage_ != Stage::kWaiting) return;  // repeated: what became of the first one is told on each connection
  Result<Command> command = Command::start(order, environ);
  if (!command) return command_refused(command.error());
  command_ = std::move(command).value();
  world_ = {.environment = order.environment, .directory = order.directory, .more_path = std::string(kOurPrograms)};
  echo_ = order.echo;
  stage_ = Stage::kRunning;
  started_ = {.pid = static_cast<std::uint32_t>(command_.pid), .at = clock_.now()};
  started_boot_ = clock_.boot();
  tell(started_);
}

void Entry::on_signal_command(int number) {
  if (!has_command() || number <= 0 || number >= NSIG) return;
  command_.signal_group(number);
  if (number == SIGKILL && is_init_) ::kill(-1, SIGKILL);  // everybody in the container but us
}

void Entry::on_dismiss(const wire::Dismiss& dismiss) {
  if (stage_ != Stage::kWaiting) return;
  if (!dismiss.message.empty()) complain(dismiss.message);
  finish(static_cast<int>(std::min<std::uint32_t>(dismiss.code, 255)));
}

// A way into the task while its command runs. What does not come about, ctrl notices by the connection.
void Entry::on_dial(std::uint64_t key) {
  FrameSocket socket;
  if (!socket.connect(options_.socket)) return;
  socket.queue(wire::JoinChannel{key});
  if (stage_ == Stage::kRunning) {
    const Result<void> forked = fork_channel(std::move(socket), world_);
    if (!forked) complain(forked.error().message());
    return;
  }
  socket.queue(wire::ChannelEnded{.how = wire::ChannelEnded::How::kRefused, .message = "the task's command has ended"});
  ignore(socket.send_queued(), "then ctrl finds it closed");
}

void Entry::command_refused(const Error& error) {
  complain(error.message());
  ended_.how = wire::CommandEnded::How::kNotStarted;
  ended_.code = error.code() == ErrorCode::kNotFound ? 127 : 126;
  ended_.message = error.message();
  ended_.shortage = error.code() == ErrorCode::kExhausted;
  ended_.at = clock_.now();
  exit_code_ = static_cast<int>(ended_.code);
  give_up_at_ = clock_.boot() + options_.wait_for_store;
  tell_end();
}

void Entry::command_ended(int status, const rusage& usage) {
  const bool exited = WIFEXITED(status);
  ended_.how = exited ? wire::CommandEnded::How::kExited : wire::CommandEnded::How::kSignaled;
  ended_.code = static_cast<std::uint32_t>(exited ? WEXITSTATUS(status) : WTERMSIG(status));
  ended_.at = clock_.now();
  ended_.ran = clock_.boot() - started_boot_;
  ended_.max_memory = kibibytes(static_cast<std::uint64_t>(usage.ru_maxrss));
  ended_.cpu = of(usage.ru_utime) + of(usage.ru_stime);
  exit_code_ = exited ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  stage_ = Stage::kLingering;
  deadline_ = clock_.boot() + kLinger;
  give_up_at_ = clock_.boot() + options_.wait_for_store;
}

bool Entry::is_anybody_left() const { return (is_init_ ? ::kill(-1, 0) : ::kill(-command_.pid, 0)) == 0; }

// Then their pipes come to an end, but for those of somebody who left the group where we are not pid 1: the agent's
// bounds hold him, and what he writes from now on is not the command's any more.
void Entry::end_rest() {
  command_.signal_group(SIGKILL);
  if (is_init_) ::kill(-1, SIGKILL);
  stage_ = Stage::kDraining;
  deadline_ = clock_.boot() + kLinger;
}

// Whether all has been read that there is to read.
void Entry::after_reading() {
  bool open = false;
  bool unread = false;
  for (const UniqueFd& pipe : command_.pipes) {
    if (!pipe) continue;
    open = true;
    pollfd state{.fd = pipe.get(), .events = POLLIN, .revents = 0};
    unread = unread || ::poll(&state, 1, 0) > 0;
  }
  const Micros now = clock_.boot();
  if (!open || (now >= deadline_ && (!unread || drained_ >= kLeftBytes))) return tell_end();
  if (now < deadline_ || queue_.has_room()) return;
  if (now >= give_up_at_) return give_up();
  deadline_ = now + kLastRetry;  // when ctrl has stored some of the queue, that wakes us earlier
}

void Entry::give_up() {
  complain("nobody has stored how the command ended, nor the last " + std::to_string(queue_.unstored()) +
           " bytes of its output");
  finish(exit_code_);
}

void Entry::tell_end() {
  for (UniqueFd& pipe : command_.pipes) pipe.reset();
  ended_.produced = queue_.produced();
  stage_ = Stage::kTelling;
  deadline_ = give_up_at_;
}

// As much as ctrl's socket takes, the end after all output.
void Entry::send_output() {
  while (ctrl_.is_open() && resumed_) {
    while (ctrl_.queued() < kQueuedForSocket) {
      const auto output = queue_.take_unsent();
      if (!output) break;
      ctrl_.queue(*output);
    }
    if (stage_ == Stage::kTelling && queue_.is_all_sent() && !std::exchange(told_end_, true)) ctrl_.queue(ended_);
    if (const Result<void> sent = ctrl_.send_queued(); !sent) return lose_ctrl(sent.error());
    if (ctrl_.queued() > 0 || queue_.is_all_sent()) return;
  }
}

}  // namespace

int run_entry(const EntryOptions& options) {
  Result<UniqueFd> signals = watch_signals();
  if (!signals) {
    complain(signals.error().message());
    return kNoCtrl;
  }
  ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  return Entry(options, std::move(signals).value()).run();
}

}  // namespace sennit::user
