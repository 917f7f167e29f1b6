#include "agent/channel_table.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <list>
#include <string>
#include <utility>
#include <vector>

#include "agent/message_log.h"
#include "loop/watch.h"
#include "wire/channel_relay.h"
#include "wire/listener.h"
#include "wire/user_messages.h"

namespace sennit::agent {
namespace {

constexpr const char* kCtrlLost = "the connection to its container was cut off";

// What a process was started with, from the kernel: "NAME=value" each.
Result<std::string> environment_of(pid_t pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/environ";
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return Error::from_errno("read " + path, errno);
  std::string bytes;
  std::string piece(64 * 1024, '\0');
  ssize_t count = 0;
  while ((count = ::read(file.get(), piece.data(), piece.size())) > 0)
    bytes.append(piece, 0, static_cast<std::size_t>(count));
  if (count < 0) return Error::from_errno("read " + path, errno);
  return bytes;
}

std::vector<const char*> pointers_into(const std::string& entries) {
  std::vector<const char*> out;
  for (std::size_t at = 0; at < entries.size(); at = entries.find('\0', at) + 1) {
    out.push_back(entries.c_str() + at);
    if (entries.find('\0', at) == std::string::npos) break;
  }
  out.push_back(nullptr);
  return out;
}

Result<void> send_descriptor(int socket, int fd) {
  char byte = 0;
  iovec bytes{.iov_base = &byte, .iov_len = 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof fd)] = {};
  msghdr message{};
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* first = CMSG_FIRSTHDR(&message);
  first->cmsg_level = SOL_SOCKET;
  first->cmsg_type = SCM_RIGHTS;
  first->cmsg_len = CMSG_LEN(sizeof fd);
  std::memcpy(CMSG_DATA(first), &fd, sizeof fd);
  if (::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
    return Error::from_errno("reach the sandbox", errno);
  return {};
}

wire::ChannelEnded refusal(const Error& error) {
  return {.how = wire::ChannelEnded::How::kRefused, .code = 0, .message = error.message()};
}

// To a socket that is no connection of ours any more, before it is closed. So little it takes at once.
void last_word(const UniqueFd& socket, const Error& error) {
  std::string payload;
  std::string frame;
  const wire::FrameType type = wire::encode(wire::ChannelMessage(refusal(error)), payload);
  wire::append_frame(frame, type, payload);
  static_cast<void>(::send(socket.get(), frame.data(), frame.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
}

}  // namespace

class ChannelTable::Impl {
 public:
  Impl(loop::Loop& loop, Confinement& confinement, std::string inside)
      : loop_(loop), confinement_(confinement), inside_(std::move(inside)) {}

  void open(std::unique_ptr<wire::Connection> caller, const AttemptId& attempt, const Result<WayIn>& way) {
    if (!way) return refuse(std::move(caller), way.error());
    if (const auto* container = std::get_if<IntoContainer>(&*way)) return relay(std::move(caller), *container);
    Result<UniqueFd> socket = caller->release();
    if (!socket) return say(Level::kWarn, "attempt={} channel: {}", to_string(attempt), socket.error().message());
    const auto* process = std::get_if<IntoProcess>(&*way);
    const Result<void> served = process != nullptr ? spawn(attempt, *process->processes, *socket)
                                                   : send_descriptor(std::get<IntoSandbox>(*way).socket, socket->get());
    if (served) return;
    say(Level::kWarn, "attempt={} channel: {}", to_string(attempt), served.error().message());
    last_word(*socket, served.error());
  }

  void end(const AttemptId& attempt) {
    for (Process& process : processes_) {
      if (process.attempt == attempt) ::kill(process.child.pid(), SIGTERM);
    }
  }

 private:
  struct Process {
    AttemptId attempt;
    proc::Child child;
    loop::Watch watch;
  };

  // A connection that is only closed once it has said its last word.
  struct Refused final : wire::Connection::Handler {
    void on_frame(wire::FrameType /*type*/, std::string_view /*payload*/) override {}
    void on_closed(Error /*error*/) override { table->refused_.erase(self); }
    Impl* table = nullptr;
    std::list<Refused>::iterator self;
    std::unique_ptr<wire::Connection> connection;
  };

  void refuse(std::unique_ptr<wire::Connection> caller, const Error& error) {
    Refused& refused = refused_.emplace_back();
    refused.table = this;
    refused.self = std::prev(refused_.end());
    refused.connection = std::move(caller);
    refused.connection->hand_over(refused);
    wire::send(*refused.connection, refusal(error));
    refused.connection->finish();
  }

  Result<void> spawn(const AttemptId& attempt, const Confined& processes, const UniqueFd& socket) {
    SENNIT_ASSIGN(const std::string environment, environment_of(processes.pid()));
    const std::string directory = "/proc/" + std::to_string(processes.pid()) + "/cwd";
    const std::string number = std::to_string(socket.get());
    const std::vector<const char*> argv = {inside_.c_str(), "channel", number.c_str(), nullptr};
    const std::vector<const char*> envp = pointers_into(environment);
    const std::vector<int> keep = {socket.get()};
    Process& process = processes_.emplace_back();
    process.attempt = attempt;
    Result<proc::Child> child = confinement_.start_beside({.program = inside_.c_str(),
                                                           .argv = argv.data(),
                                                           .envp = envp.data(),
                                                           .directory = directory.c_str(),
                                                           .keep = keep},
                                                          processes);
    if (!child) {
      processes_.pop_back();
      return std::move(child).error();
    }
    process.child = std::move(*child);
    const auto self = std::prev(processes_.end());
    SENNIT_ASSIGN(process.watch, loop::Watch::add(loop_, process.child.pidfd(), loop::Interest::kRead,
                                                  [this, self](loop::Ready /*its end*/) { processes_.erase(self); }));
    return {};
  }

  void relay(std::unique_ptr<wire::Connection> caller, const IntoContainer& container) {
    Result<UniqueFd> socket = wire::connect(container.socket);
    if (!socket) return refuse(std::move(caller), std::move(socket).error().in("reach the task's container"));
    const auto self = relays_.emplace(relays_.end());
    auto task = std::make_unique<wire::Connection>(loop_, std::move(*socket), nobody_);
    std::string payload;
    const wire::FrameType type = wire::encode(wire::UserMessage(wire::WantChannel()), payload);
    task->send(type, payload);
    *self = std::make_unique<wire::ChannelRelay>(std::move(caller), std::move(task), kCtrlLost,
                                                 [this, self] { relays_.erase(self); });
  }

  struct Nobody final : wire::Connection::Handler {
    void on_frame(wire::FrameType /*type*/, std::string_view /*payload*/) override {}
    void on_closed(Error /*error*/) override {}
  };

  loop::Loop& loop_;
  Confinement& confinement_;
  const std::string inside_;
  Nobody nobody_;  // until a connection has its handler
  std::list<Process> processes_;
  std::list<Refused> refused_;
  std::list<std::unique_ptr<wire::ChannelRelay>> relays_;
};

ChannelTable::ChannelTable(loop::Loop& loop, Confinement& confinement, std::string inside)
    : impl_(std::make_unique<Impl>(loop, confinement, std::move(inside))) {}
ChannelTable::~ChannelTable() = default;
void ChannelTable::open(std::unique_ptr<wire::Connection> caller, const AttemptId& attempt, const Result<WayIn>& way) {
  impl_->open(std::move(caller), attempt, way);
}
void ChannelTable::end(const AttemptId& attempt) { impl_->end(attempt); }

}  // namespace sennit::agent
