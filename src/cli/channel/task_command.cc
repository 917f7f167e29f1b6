#include "cli/channel/task_command.h"

#include <chrono>
#include <csignal>
#include <optional>
#include <utility>

#include "client/channel.h"
#include "loop/signals.h"
#include "loop/timer.h"

namespace sennit::cli {
namespace {

constexpr std::size_t kMostOutput = 1024 * 1024;
constexpr Micros kPatience = std::chrono::seconds(60);
constexpr int kSignalBase = 128;

class Running final : client::Channel::Handler {
 public:
  Running(http::WebSocket::Start start, std::string_view input)
      : input_(input), timer_(loop_), channel_(loop_, std::move(start), *this) {
    timer_.arm_after(kPatience, [this] { end(Error(ErrorCode::kTimeout, "the task does not answer")); });
  }

  Result<TaskCommandEnd> run() {
    const auto signals = loop::Signals::open(loop_, {SIGINT, SIGTERM},
                                             [this](int) { end(Error(ErrorCode::kCancelled, "interrupted")); });
    loop_.run();
    if (failure_) return *failure_;
    return std::move(end_);
  }

 private:
  void end(Error error) {
    failure_ = std::move(error);
    loop_.stop();
  }

  void send() {
    while (!input_.empty() && channel_.buffered() < client::Channel::kHighWater) {
      channel_.write(input_.substr(0, client::Channel::kMostBytes));
      input_.remove_prefix(std::min(input_.size(), client::Channel::kMostBytes));
    }
    if (input_.empty() && !std::exchange(all_sent_, true)) channel_.end_input();
  }

  void on_opened() override {
    timer_.cancel();
    send();
  }
  void on_drained() override { send(); }
  void on_bytes(views::ChannelByte stream, std::string_view bytes) override {
    std::string& text = stream == views::ChannelByte::kStderr ? end_.err : end_.out;
    text.append(bytes.substr(0, kMostOutput - std::min(kMostOutput, text.size())));
  }
  void on_end(const views::ChannelResultView& result) override {
    if (result.status == "exited") {
      end_.code = result.code;
    } else if (result.status == "signaled") {
      end_.code = kSignalBase + result.code;
    } else if (result.status == "refused" && result.code != 0) {
      end_.code = result.code;
      end_.err = result.message;
    } else {
      return end(Error(result.status == "refused" ? ErrorCode::kConflict : ErrorCode::kUnavailable, result.message));
    }
    loop_.stop();
  }

  std::string_view input_;
  TaskCommandEnd end_;
  std::optional<Error> failure_;
  bool all_sent_ = false;
  loop::Loop loop_;
  loop::Timer timer_;
  client::Channel channel_;
};

}  // namespace

Result<TaskCommandEnd> run_in_task(Session& session, const TaskCommand& command) {
  SENNIT_ASSIGN(client::Reach reach, session.reach());
  SENNIT_ASSIGN(http::WebSocket::Start start, reach.exec(command.workflow, command.task, {.command = command.words}));
  return Running(std::move(start), command.input).run();
}

}  // namespace sennit::cli
