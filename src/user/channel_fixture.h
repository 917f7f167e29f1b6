// For tests of the task's side of a channel: the client's end, and ports to reach.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/unique_fd.h"
#include "user/channel.h"
#include "user/frame_socket.h"
#include "wire/channel_messages.h"
#include "wire/frame.h"

namespace sennit::user {

using Kind = wire::ChannelRequest::Kind;

// A loopback port that the test serves.
class TestPort {
 public:
  explicit TestPort(int type, int family = AF_INET) : type_(type), family_(family) { open_again(); }

  std::uint16_t number() const { return number_; }  // 0: it could not be had
  void close() { socket_.reset(); }
  void open_again() {
    socket_.reset(::socket(family_, type_ | SOCK_CLOEXEC, 0));
    sockaddr_storage address{};
    socklen_t size = family_ == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    address.ss_family = static_cast<sa_family_t>(family_);
    auto& four = reinterpret_cast<sockaddr_in&>(address);
    auto& six = reinterpret_cast<sockaddr_in6&>(address);
    if (family_ == AF_INET6) six.sin6_addr = in6addr_loopback;
    if (family_ == AF_INET) four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    four.sin_port = htons(number_);
    const int on = 1;
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), size) != 0) return;
    if (type_ == SOCK_STREAM && ::listen(socket_.get(), 8) != 0) return;
    ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    number_ = ntohs(four.sin_port);
  }
  UniqueFd accept() const { return UniqueFd(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC)); }
  bool has_some() const {
    pollfd state{.fd = socket_.get(), .events = POLLIN, .revents = 0};
    return ::poll(&state, 1, 0) == 1;
  }
  // Sends one datagram back; its size.
  std::size_t echo() const {
    std::string buffer(65536, '\0');
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    const ssize_t count =
        ::recvfrom(socket_.get(), buffer.data(), buffer.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
    EXPECT_EQ(::sendto(socket_.get(), buffer.data(), static_cast<std::size_t>(count), 0,
                       reinterpret_cast<sockaddr*>(&from), size),
              count);
    return static_cast<std::size_t>(count);
  }

 private:
  int type_;
  int family_;
  std::uint16_t number_ = 0;
  UniqueFd socket_;
};

class Channels : public testing::Test {
 protected:
  Channels() {
    std::string name = (std::filesystem::temp_directory_path() / "channel-XXXXXX").string();
    dir = ::mkdtemp(name.data());
  }
  ~Channels() override {
    if (process > 0) {
      ::kill(process, SIGKILL);
      ::waitpid(process, nullptr, 0);
    }
    if (opened && opened->pid != 0) ::kill(-static_cast<pid_t>(opened->pid), SIGKILL);
    std::filesystem::remove_all(dir);
  }

  // A process that serves a channel, and waits for the request.
  void begin() {
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
    socket.reset();
    process = ::fork();
    if (process == 0) {
      ::close(ends[1]);
      ::setpgid(0, 0);
      FrameSocket theirs;
      theirs.adopt(UniqueFd(ends[0]));
      serve_channel(std::move(theirs), world);
      ::_exit(0);
    }
    ::close(ends[0]);
    socket.reset(ends[1]);
    decoder.emplace();
    queue_.clear();
    out.clear();
    err.clear();
    pieces.clear();
    ready = gone = false;
    streams_ended = 0;
    opened.reset();
    ended.reset();
    until([&] { return ready; }, "it is ready");
  }
  void open(const wire::ChannelRequest& request) {
    begin();
    send(request);
    until([&] { return opened.has_value() || ended.has_value(); }, "it opens");
    ASSERT_TRUE(opened) << ended->message;
  }

  void send(const wire::ChannelMessage& message) {
    std::string payload;
    const wire::FrameType type = wire::encode(message, payload);
    wire::append_frame(queue_, type, payload);
  }
  void give(std::string_view bytes) {
    for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), wire::kChannelBytes))) {
      send(wire::ChannelBytes{wire::ChannelStream::kStdin, bytes.substr(0, wire::kChannelBytes)});
    }
  }
  void end_input() { send(wire::ChannelStreamEnded()); }
  void raw(std::string_view bytes) { queue_.append(bytes); }
  std::size_t left_to_give() const { return queue_.size(); }
  void vanish() { socket.reset(); }
  // A client that is slow: the processes around it go by the real clock.
  static void read_nothing_for(std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }
  void kill_group() const { ::kill(-static_cast<pid_t>(opened->pid), SIGKILL); }

  // Sends and receives what can be, for at most so long.
  void pump(int milliseconds) {
    if (!socket || gone) return;
    pollfd state{.fd = socket.get(), .events = POLLIN, .revents = 0};
    if (!queue_.empty()) state.events |= POLLOUT;
    if (::poll(&state, 1, milliseconds) <= 0) return;
    if ((state.revents & POLLOUT) != 0) {
      const ssize_t count = ::send(socket.get(), queue_.data(), queue_.size(), MSG_NOSIGNAL);
      if (count > 0) queue_.erase(0, static_cast<std::size_t>(count));
    }
    if ((state.revents & (POLLIN | POLLHUP)) != 0) receive();
  }

  enum class Pumping : std::uint8_t { kYes, kNot };
  void until(const std::function<bool()>& done, const char* what, Pumping pumping = Pumping::kYes) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!done()) {
      if (std::chrono::steady_clock::now() > limit) FAIL() << "did not come: " << what;
      if (pumping == Pumping::kYes) pump(20);
      if (pumping == Pumping::kNot || gone) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }
  void until_ended() {
    until([&] { return ended.has_value(); }, "the end");
    if (!ended) ended.emplace();  // so that the test goes on to its end
  }
  // Whether the process that serves the channel ends, and well.
  bool process_ends() {
    for (int i = 0; i < 10'000; ++i) {
      pump(0);
      int status = 0;
      if (::waitpid(process, &status, WNOHANG) == process) {
        process = 0;
        return WIFEXITED(status) && WEXITSTATUS(status) == 0;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
  }

  // Of a process: R, S, Z...; - if there is none.
  static char state_of(pid_t pid) {
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    std::string text;
    std::getline(stat, text);
    const std::size_t name = text.rfind(')');
    return name == std::string::npos ? '-' : text[name + 2];
  }
  long resident_kib() const {
    std::ifstream status("/proc/" + std::to_string(process) + "/status");
    for (std::string word; status >> word;) {
      long kib = 0;
      if (word == "VmRSS:" && status >> kib) return kib;
    }
    return 0;
  }
  // All that comes over a blocking socket while we go on sending.
  std::string read_all(const UniqueFd& there) {
    std::string all;
    char buffer[65536];
    for (;;) {
      if (std::this_thread::get_id() == thread_) pump(0);
      const ssize_t count = ::recv(there.get(), buffer, sizeof buffer, MSG_DONTWAIT);
      if (count == 0) return all;
      if (count > 0) all.append(buffer, static_cast<std::size_t>(count));
      if (count < 0 && errno != EAGAIN) return all + " (" + std::strerror(errno) + ")";
      if (count < 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  std::filesystem::path dir;
  ChannelWorld world;
  pid_t process = 0;
  UniqueFd socket;
  std::optional<wire::FrameDecoder> decoder;
  bool ready = false;
  bool gone = false;  // the other end
  std::optional<wire::ChannelOpened> opened;
  std::optional<wire::ChannelEnded> ended;
  int streams_ended = 0;
  std::string out, err;
  std::vector<std::string> pieces;  // of out, as they came

 private:
  void receive() {
    const std::span<char> space = decoder->space();
    const ssize_t count = ::recv(socket.get(), space.data(), space.size(), 0);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) {
      gone = true;
      return;
    }
    decoder->commit(static_cast<std::size_t>(count));
    wire::Frame frame;
    while (decoder->next(frame).value()) {
      EXPECT_FALSE(ended) << "a frame after the last";
      std::visit([this](const auto& message) { take(message); },
                 wire::decode_channel_message(frame.type, frame.payload).value());
    }
  }
  void take(const wire::ChannelReady& /*ready*/) { ready = true; }
  void take(const wire::ChannelOpened& message) { opened = message; }
  void take(const wire::ChannelBytes& bytes) {
    if (bytes.stream == wire::ChannelStream::kStdout) pieces.emplace_back(bytes.bytes);
    (bytes.stream == wire::ChannelStream::kStderr ? err : out).append(bytes.bytes);
  }
  void take(const wire::ChannelStreamEnded& /*stream*/) { ++streams_ended; }
  void take(const wire::ChannelEnded& message) { ended = message; }
  template <class Other>
  void take(const Other& /*other*/) {
    ADD_FAILURE() << "a frame that is not the task's side's to say";
  }

  std::string queue_;  // to send
  const std::thread::id thread_ = std::this_thread::get_id();
};

}  // namespace sennit::user
