#include "cli/follow/progress_watch.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <utility>

namespace sennit::cli {
namespace {

void ring(const UniqueFd& fd) {
  const std::uint64_t one = 1;
  static_cast<void>(!::write(fd.get(), &one, sizeof one));  // full: it is readable
}

}  // namespace

Result<std::unique_ptr<ProgressWatch>> ProgressWatch::open(client::ServerPlace place, std::string workflow) {
  UniqueFd news(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  UniqueFd stop(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!news || !stop) return Error::from_errno("make an eventfd", errno);
  return std::unique_ptr<ProgressWatch>(
      new ProgressWatch(std::move(place), std::move(workflow), std::move(news), std::move(stop)));
}

ProgressWatch::ProgressWatch(client::ServerPlace place, std::string workflow, UniqueFd news_fd, UniqueFd stop_fd)
    : news_fd_(std::move(news_fd)), stop_fd_(std::move(stop_fd)) {
  const http::ClientOptions options{.wake_fd = stop_fd_.get()};
  client::StatusFollower follower(std::move(place), options, std::move(workflow));
  // It has the signals blocked that the main thread waits for.
  thread_ = std::thread([this, follower = std::move(follower)]() mutable { run(std::move(follower)); });
}

ProgressWatch::~ProgressWatch() {
  ring(stop_fd_);
  thread_.join();
}

std::map<std::string, std::string> ProgressWatch::take() {
  std::uint64_t count = 0;
  static_cast<void>(!::read(news_fd_.get(), &count, sizeof count));
  const std::lock_guard lock(mutex_);
  return std::exchange(news_, {});
}

void ProgressWatch::tell(const views::WorkflowView& piece) {
  const std::lock_guard lock(mutex_);
  for (const views::GroupView& group : piece.groups) {
    for (const views::TaskView& task : group.tasks) {
      if (!task.progress) continue;
      news_[task.name] = task.progress->text;
      ring(news_fd_);
    }
  }
}

void ProgressWatch::run(client::StatusFollower follower) {
  const auto on_piece = [this](const client::StatusPiece& piece) {
    tell(piece.view);
    return http::Flow::kContinue;
  };
  ignore(follower.follow(on_piece, [](const Error&) {}), "whoever follows the events says so");
}

}  // namespace sennit::cli
