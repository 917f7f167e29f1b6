#include "cli/channel/exec_run.h"

#include <unistd.h>

#include <csignal>
#include <memory>
#include <optional>
#include <utility>

#include "base/write_all.h"
#include "cli/channel/input_watch.h"
#include "cli/channel/raw_terminal.h"
#include "loop/signals.h"
#include "loop/timer.h"

namespace sennit::cli {
namespace {

class ExecRun final : client::Channel::Handler {
 public:
  ExecRun(http::WebSocket::Start start, const ExecOptions& options)
      : options_(options),
        input_(
            loop_, [this](std::string_view bytes) { send(bytes); }, [this] { channel_.end_input(); }),
        timer_(loop_),
        channel_(loop_, std::move(start), *this) {
    timer_.arm_after(options.patience, [this] {
      end_.result = {.status = "lost", .code = 0, .message = "the task does not answer"};
      loop_.stop();
    });
  }

  ExecEnd run() {
    Result<loop::Signals> signals =
        loop::Signals::open(loop_, {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH}, [this](int number) { take(number); });
    if (!signals) {
      end_.result = {.status = "lost", .code = 0, .message = signals.error().message()};
      return end_;
    }
    ::signal(SIGPIPE, SIG_IGN);
    loop_.run();
    raw_.reset();
    return end_;
  }

 private:
  void send(std::string_view bytes) {
    if (takes_detach_keys(bytes)) {
      end_.detached = true;
      return loop_.stop();
    }
    channel_.write(bytes);
    if (channel_.buffered() > client::Channel::kHighWater) input_.pause();
  }

  // They may come in two reads; all but the last of them are keys like others until then.
  bool takes_detach_keys(std::string_view bytes) {
    if (options_.detach_keys.empty()) return false;
    for (const char key : bytes) {
      if (key != options_.detach_keys[pressed_]) pressed_ = 0;
      if (key == options_.detach_keys[pressed_]) ++pressed_;
      if (pressed_ == options_.detach_keys.size()) return true;
    }
    return false;
  }

  void take(int number) {
    if (number == SIGWINCH) {
      if (options_.terminal == Terminal::kOurs) channel_.resize(terminal_size());
      return;
    }
    const bool leave = number == SIGHUP || !end_.was_open || (number == SIGTERM && std::exchange(asked_, true));
    if (!leave) return channel_.signal(number);
    end_.interrupted = true;
    loop_.stop();
  }

  void on_opened() override {
    timer_.cancel();
    end_.was_open = true;
    if (options_.terminal == Terminal::kOurs) {
      raw_.emplace();
      channel_.resize(terminal_size());  // it may have changed since we asked
    }
    input_.start();
  }

  // Whoever reads slowly holds the command back, and nobody else.
  void on_bytes(views::ChannelByte stream, std::string_view bytes) override {
    const int fd = stream == views::ChannelByte::kStderr ? STDERR_FILENO : STDOUT_FILENO;
    if (write_all(fd, bytes, "write")) return;
    // As a command whose reader has gone.
    end_.result = {.status = "signaled", .code = SIGPIPE, .message = {}};
    loop_.stop();
  }

  void on_stream_end(views::ChannelByte /*stream*/) override {
    if (options_.ends_with != EndsWith::kOutput) return;
    end_.result = {.status = "exited", .code = 0, .message = {}};
    loop_.stop();
  }

  void on_drained() override { input_.resume(); }

  void on_end(const views::ChannelResultView& result) override {
    end_.result = result;
    loop_.stop();
  }

  loop::Loop loop_;
  const ExecOptions options_;
  ExecEnd end_;
  bool asked_ = false;
  std::size_t pressed_ = 0;  // of the detach keys
  std::optional<RawTerminal> raw_;
  InputWatch input_;
  loop::Timer timer_;
  client::Channel channel_;
};

}  // namespace

ExecEnd run_exec(http::WebSocket::Start start, const ExecOptions& options) {
  return ExecRun(std::move(start), options).run();
}

}  // namespace sennit::cli
