#include "user/ask.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <optional>
#include <string_view>

#include "base/write_all.h"
#include "user/frame_socket.h"

namespace sennit::user {
namespace {

// As outside of a task (docs/cli.md, exit-codes): whoever should answer is not there, or makes no sense.
constexpr int kNobody = 10;

void complain(const std::string& text) { std::fprintf(stderr, "sennit: %s\n", text.c_str()); }

std::string here() {
  std::array<char, 4096> path;
  return ::getcwd(path.data(), path.size()) == nullptr ? "/" : path.data();
}

// The exit code, once the answer is complete.
class Answering {
 public:
  bool take(const wire::UserMessage& message) {
    const auto* answer = std::get_if<wire::Answer>(&message);
    if (answer == nullptr) return true;
    switch (answer->part) {
      case wire::Answer::Part::kStdout:
        if (!write_all(STDOUT_FILENO, answer->text, "write")) code_ = 128 + SIGPIPE;
        break;
      case wire::Answer::Part::kStderr:
        ignore(write_all(STDERR_FILENO, answer->text, "write"), "nobody is left to be told");
        break;
      case wire::Answer::Part::kEnd: code_ = static_cast<int>(answer->code & 0xff); break;
    }
    return !code_;
  }
  const std::optional<int>& code() const { return code_; }

 private:
  std::optional<int> code_;
};

}  // namespace

int ask(const std::string& socket, std::vector<std::string> words) {
  ::signal(SIGPIPE, SIG_IGN);
  FrameSocket ctrl;
  if (const Result<void> connected = ctrl.connect(socket); !connected) {
    complain(connected.error().message());
    complain("this command works inside a task, where ctrl listens on that socket");
    return kNobody;
  }
  ctrl.queue(wire::Request{.words = std::move(words), .directory = here()});
  Answering answering;
  while (!answering.code()) {
    if (const Result<void> sent = ctrl.send_queued(); !sent) {
      complain(sent.error().message());
      return kNobody;
    }
    pollfd state{.fd = ctrl.fd(), .events = POLLIN, .revents = 0};
    if (ctrl.queued() > 0) state.events |= POLLOUT;
    if (::poll(&state, 1, -1) < 0 && errno != EINTR) return kNobody;
    const auto received =
        ctrl.receive(of_user_messages([&](const wire::UserMessage& message) { return answering.take(message); }));
    if (!received && !answering.code()) {
      complain(received.error().message());
      return kNobody;
    }
  }
  return *answering.code();
}

}  // namespace sennit::user
