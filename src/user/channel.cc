#include "user/channel.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "user/attach.h"
#include "user/channel_ends.h"
#include "user/command.h"

namespace sennit::user {
namespace {

constexpr std::size_t kQueuedForClient = 256 * 1024;
constexpr std::size_t kQueuedForTask = 256 * 1024;
constexpr Micros kLinger = std::chrono::milliseconds(250);  // as after a task's own command
constexpr Micros kFarewell = std::chrono::seconds(2);       // for the last frame to leave, once the task has ended
constexpr char kEndOfTransmission = 4;                      // what ends the input of a terminal

using Kind = ChannelEnds::Kind;

wire::ChannelEnded refusal_of(const Error& error) {
  wire::ChannelEnded ended{.how = wire::ChannelEnded::How::kRefused, .message = error.message()};
  if (error.code() == ErrorCode::kNotFound) ended.code = 127;
  if (error.code() == ErrorCode::kInvalid) ended.code = 126;
  return ended;
}

enum class Stage : std::uint8_t {
  kWaiting,    // for the request
  kOpen,       // bytes flow
  kLingering,  // the command has ended, others may still write
  kHungUp,     // the client is gone, and the command may take its time to go, too
  kLeaving,    // the last frame is on its way
  kOver,
};

class Serving {
 public:
  Serving(FrameSocket socket, const ChannelWorld& world, UniqueFd signals)
      : socket_(std::move(socket)), world_(world), signals_(std::move(signals)), buffer_(wire::kChannelBytes) {
    socket_.queue(wire::ChannelReady());
  }

  // The rest of it is for serve_attached.
  const std::optional<wire::ChannelRequest>& attached() const { return attached_; }
  FrameSocket& socket() { return socket_; }
  int signals() const { return signals_.get(); }

  void run() {
    send();
    while (stage_ != Stage::kOver) {
      wait();
      if (stage_ == Stage::kLingering && nothing_to_read()) finish_command();
      send();
      if (stage_ == Stage::kLeaving && (!socket_.is_open() || socket_.queued() == 0)) stage_ = Stage::kOver;
    }
    if (!attached_ && socket_.is_open()) take_leave();
  }

 private:
  bool has_room_for_task() const { return waiting_bytes_ < kQueuedForTask; }
  bool reads(std::size_t output) const {
    return ends_.outputs[output] && stage_ <= Stage::kHungUp && socket_.queued() < kQueuedForClient;
  }

  void wait() {
    std::array<pollfd, 5> fds;
    fds[0] = {.fd = signals_.get(), .events = POLLIN, .revents = 0};
    fds[1] = {.fd = socket_.fd(), .events = 0, .revents = 0};
    if (has_room_for_task()) fds[1].events |= POLLIN;
    if (socket_.queued() > 0) fds[1].events |= POLLOUT;
    fds[2] = {.fd = waiting_.empty() ? -1 : ends_.input.get(), .events = POLLOUT, .revents = 0};
    for (std::size_t i = 0; i < 2; ++i) {
      fds[3 + i] = {.fd = reads(i) ? ends_.outputs[i].get() : -1, .events = POLLIN, .revents = 0};
    }
    if (::poll(fds.data(), fds.size(), milliseconds_left()) < 0 && errno != EINTR) stage_ = Stage::kOver;
    if (fds[0].revents != 0) on_signals();
    if (fds[1].revents != 0) receive();
    if (fds[2].revents != 0) write_waiting();
    for (std::size_t i = 0; i < 2; ++i) {
      if (fds[3 + i].revents != 0) read_output(i);
    }
    if (held_back_ && has_room_for_task()) receive();
    if (deadline_ && clock_.boot() >= *deadline_) on_deadline();
  }

  int milliseconds_left() const {
    if (!deadline_) return -1;
    const std::int64_t left = (*deadline_ - clock_.boot()).count();
    return static_cast<int>(std::clamp<std::int64_t>((left + 999) / 1000, 0, 60'000));
  }

  void on_deadline() {
    deadline_.reset();
    if (stage_ == Stage::kLingering) return finish_command();
    if (stage_ == Stage::kHungUp && ends_.pid != 0) ::kill(-ends_.pid, SIGKILL);
    stage_ = Stage::kOver;
  }

  void send() {
    if (const Result<void> sent = socket_.send_queued(); !sent) hang_up();
  }

  void receive() {
    if (!socket_.is_open()) return;
    held_back_ = false;
    const auto taken = socket_.receive([this](const wire::Frame& frame) -> Result<bool> {
      SENNIT_ASSIGN(const wire::ChannelMessage message, wire::decode_channel_message(frame.type, frame.payload));
      std::visit(*this, message);
      held_back_ = !has_room_for_task();
      return !held_back_;
    });
    if (!taken) hang_up();
  }

 public:
  // One for each message; what only the task's side says means nothing here.
  void operator()(const wire::ChannelRequest& request) {
    if (stage_ != Stage::kWaiting) return;
    if (request.kind == wire::ChannelRequest::Kind::kAttach) {
      attached_ = request;
      stage_ = Stage::kOver;
      return;
    }
    const bool is_command = request.kind == wire::ChannelRequest::Kind::kCommand;
    Result<ChannelEnds> ends = is_command ? open_command(request, world_) : open_port(request);
    if (!ends) return leave(refusal_of(ends.error()));
    ends_ = std::move(*ends);
    stage_ = Stage::kOpen;
    socket_.queue(wire::ChannelOpened{static_cast<std::uint32_t>(ends_.pid)});
  }
  void operator()(const wire::ChannelBytes& bytes) {
    if (stage_ != Stage::kOpen || !ends_.input) return;
    if (bytes.bytes.empty() && ends_.kind != Kind::kDatagrams) return;
    waiting_.emplace_back(bytes.bytes);
    waiting_bytes_ += bytes.bytes.size();
    write_waiting();
  }
  void operator()(const wire::ChannelStreamEnded& ended) {
    if (stage_ != Stage::kOpen || ended.stream != wire::ChannelStream::kStdin) return;
    input_ends_ = true;
    write_waiting();
  }
  void operator()(const wire::ChannelResize& resize) {
    if (ends_.kind == Kind::kTerminal && ends_.outputs[0]) set_size(ends_.outputs[0], resize.size);
  }
  void operator()(const wire::ChannelSignal& signal) {
    const int number = static_cast<int>(signal.number);
    if (stage_ != Stage::kOpen || ends_.pid == 0 || number <= 0 || number >= NSIG) return;
    pid_t group = ends_.pid;
    if (ends_.kind == Kind::kTerminal) ::ioctl(ends_.outputs[0].get(), TIOCGPGRP, &group);
    // Nothing is in the foreground of a terminal that was given up; and 0 would be ourselves.
    ::kill(group > 0 ? -group : -ends_.pid, number);
  }
  template <class Other>
  void operator()(const Other& /*not for us*/) {}

 private:
  // As much as the task takes.
  void write_waiting() {
    while (!waiting_.empty() && ends_.input) {
      const std::string& next = waiting_.front();
      const std::size_t left = next.size() - written_;
      const ssize_t count = is_socket() ? ::send(ends_.input.get(), next.data() + written_, left, MSG_NOSIGNAL)
                                        : ::write(ends_.input.get(), next.data() + written_, left);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && errno == EAGAIN) return;
      // A datagram that nobody takes is lost, as datagrams are.
      if (count < 0 && ends_.kind != Kind::kDatagrams) return on_refused_input(errno);
      written_ += count < 0 ? left : static_cast<std::size_t>(count);
      if (written_ < next.size()) continue;
      waiting_bytes_ -= next.size();
      waiting_.pop_front();
      written_ = 0;
    }
    if (waiting_.empty() && std::exchange(input_ends_, false)) end_input();
  }

  bool is_socket() const { return ends_.kind == Kind::kStream || ends_.kind == Kind::kDatagrams; }

  // A port that has closed both its ways ends the channel also when the client goes on to send.
  void on_refused_input(int number) {
    reset_ = number == ECONNRESET;
    drop_input();
    leave_if_closed();
  }

  // Nobody reads it any more.
  void drop_input() {
    ends_.input.reset();
    waiting_.clear();
    waiting_bytes_ = written_ = 0;
  }

  void end_input() {
    switch (ends_.kind) {
      case Kind::kTerminal:
        waiting_.emplace_back(1, kEndOfTransmission);
        waiting_bytes_ += 1;
        return write_waiting();
      case Kind::kStream: ::shutdown(ends_.input.get(), SHUT_WR); [[fallthrough]];
      case Kind::kPipes:
      case Kind::kDatagrams: ends_.input.reset();
    }
    leave_if_closed();
  }

  void read_output(std::size_t output) {
    UniqueFd& fd = ends_.outputs[output];
    if (!fd) return;
    const ssize_t count = ::read(fd.get(), buffer_.data(), buffer_.size());
    const bool is_datagram = ends_.kind == Kind::kDatagrams;
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count < 0 && is_datagram && errno == ECONNREFUSED) return;  // of one that we sent: the next may arrive
    const auto stream = output == 0 ? wire::ChannelStream::kStdout : wire::ChannelStream::kStderr;
    if (count > 0 || (count == 0 && is_datagram)) {
      owed_[output] -= std::min(owed_[output], static_cast<int>(count));
      return socket_.queue(
          wire::ChannelBytes{stream, std::string_view(buffer_.data(), static_cast<std::size_t>(count))});
    }
    fd.reset();
    // Whoever is connected is not to take a part for the whole.
    if (ends_.kind == Kind::kStream && (count < 0 || reset_)) return leave(broken("the task has reset the connection"));
    socket_.queue(wire::ChannelStreamEnded{stream});
    leave_if_closed();
  }

  // A port is closed when both of its ways are; a command has to end.
  void leave_if_closed() {
    if (ends_.kind != Kind::kStream || stage_ != Stage::kOpen) return;
    if (!ends_.input && !ends_.outputs[0]) leave(wire::ChannelEnded());
  }

  void on_signals() {
    signalfd_siginfo info{};
    while (::read(signals_.get(), &info, sizeof info) == sizeof info) {
      if (info.ssi_signo == SIGTERM) on_task_ended();
    }
    int status = 0;
    if (ends_.pid != 0 && !reaped_ && ::waitpid(ends_.pid, &status, WNOHANG) > 0) {
      reaped_ = true;
      on_command_ended(status);
    }
  }

  void on_task_ended() {
    if (ends_.pid != 0) ::kill(-ends_.pid, SIGKILL);
    if (stage_ < Stage::kHungUp) leave(broken("the task has ended"));
    if (stage_ == Stage::kLeaving) deadline_ = clock_.boot() + kFarewell;
  }

  void on_command_ended(int status) {
    const bool exited = WIFEXITED(status);
    ended_.how = exited ? wire::ChannelEnded::How::kExited : wire::ChannelEnded::How::kSignaled;
    ended_.code = static_cast<std::uint32_t>(exited ? WEXITSTATUS(status) : WTERMSIG(status));
    if (stage_ == Stage::kHungUp) stage_ = Stage::kOver;
    if (stage_ != Stage::kOpen) return;
    stage_ = Stage::kLingering;
    deadline_ = clock_.boot() + kLinger;
    for (std::size_t i = 0; i < 2; ++i) {
      if (ends_.outputs[i]) ::ioctl(ends_.outputs[i].get(), FIONREAD, &owed_[i]);
    }
  }

  bool nothing_to_read() const { return !ends_.outputs[0] && !ends_.outputs[1]; }

  // Of what the command itself wrote: others that hold its pipes open may go on for ever. A terminal is taken from
  // them.
  bool has_more(std::size_t output) const {
    if (!ends_.outputs[output] || ends_.kind != Kind::kTerminal) return ends_.outputs[output] && owed_[output] > 0;
    pollfd state{.fd = ends_.outputs[output].get(), .events = POLLIN, .revents = 0};
    return ::poll(&state, 1, 0) > 0 && (state.revents & POLLIN) != 0;
  }

  // All of what it wrote has been read, or others hold its outputs open.
  void finish_command() {
    if (socket_.is_open() && (has_more(0) || has_more(1))) {
      deadline_ = clock_.boot() + kLinger;  // a client that is slow to take it
      return;
    }
    leave(ended_);
  }

  // Closing with unread input would reset the connection, and could take our last frame from a client that sends on: it
  // has a moment to close first.
  void take_leave() {
    ::shutdown(socket_.fd(), SHUT_WR);
    const Micros last = clock_.boot() + kLinger;
    for (Micros now = clock_.boot(); now < last; now = clock_.boot()) {
      pollfd state{.fd = socket_.fd(), .events = POLLIN, .revents = 0};
      if (::poll(&state, 1, static_cast<int>((last - now).count() / 1000) + 1) <= 0) return;
      if (::recv(socket_.fd(), buffer_.data(), buffer_.size(), MSG_DONTWAIT) <= 0) return;
    }
  }

  static wire::ChannelEnded broken(const char* why) {
    return {.how = wire::ChannelEnded::How::kBroken, .code = 0, .message = why};
  }

  // A client that is slow to take it may take its time.
  void leave(const wire::ChannelEnded& last) {
    socket_.queue(last);
    stage_ = Stage::kLeaving;
    deadline_.reset();
  }

  // The client is gone.
  void hang_up() {
    socket_.close();
    if (stage_ >= Stage::kHungUp) return;
    const bool runs = ends_.pid != 0 && stage_ == Stage::kOpen;
    if (runs) ::kill(-ends_.pid, SIGHUP);
    if (ends_.kind == Kind::kStream && ends_.outputs[0]) reset_at_close(ends_.outputs[0]);
    drop_input();
    if (!runs) {
      stage_ = Stage::kOver;
      return;
    }
    // A terminal is told by its end. Out of pipes what a command has to say of it is read, and dropped: it is not to
    // die of that.
    if (ends_.kind == Kind::kTerminal) ends_.outputs[0].reset();
    stage_ = Stage::kHungUp;
    deadline_ = clock_.boot() + kHangUpTime;
  }

  FrameSocket socket_;
  const ChannelWorld& world_;
  const SystemClock clock_;
  UniqueFd signals_;
  std::vector<char> buffer_;
  std::optional<wire::ChannelRequest> attached_;
  Stage stage_ = Stage::kWaiting;
  ChannelEnds ends_;
  bool reaped_ = false;              // its command
  std::array<int, 2> owed_{};        // bytes in its pipes when it ended
  bool reset_ = false;               // by the port
  std::deque<std::string> waiting_;  // for the task to take
  std::size_t waiting_bytes_ = 0;
  bool held_back_ = false;   // frames that came may be left in the socket's buffer
  std::size_t written_ = 0;  // of the first of them
  bool input_ends_ = false;  // behind what waits
  wire::ChannelEnded ended_;
  std::optional<Micros> deadline_;
};

// SIGCHLD and SIGTERM as something to poll; everything else at its default.
UniqueFd take_signals() {
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGCHLD);
  ::sigaddset(&set, SIGTERM);
  ::sigprocmask(SIG_SETMASK, &set, nullptr);
  return UniqueFd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

void close_others(int kept) {
  constexpr unsigned kAll = ~0U;
  const auto own = static_cast<unsigned>(kept);
  if (own > 3) ::close_range(3, own - 1, 0);
  ::close_range(own + 1, kAll, 0);
}

}  // namespace

void serve_channel(FrameSocket socket, const ChannelWorld& world) {
  Serving serving(std::move(socket), world, take_signals());
  serving.run();
  if (const auto& attached = serving.attached()) {
    serve_attached(std::move(serving.socket()), *attached, world, serving.signals());
  }
}

int run_channel(int fd) {
  FrameSocket socket;
  socket.adopt(UniqueFd(fd));
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  serve_channel(std::move(socket), {});
  return 0;
}

Result<void> fork_channel(FrameSocket socket, const ChannelWorld& world) {
  const pid_t pid = ::fork();
  if (pid < 0) return Error::from_errno("make a process", errno);
  if (pid > 0) return {};
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // whoever we are a child of goes with the task
  close_others(socket.fd());
  serve_channel(std::move(socket), world);
  ::_exit(0);
}

}  // namespace sennit::user
