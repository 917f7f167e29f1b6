#include "agent/ctrl/task_progress.h"

#include <utility>

#include "agent/message_log.h"

namespace sennit::agent {

TaskProgress::TaskProgress(loop::Loop& loop, const Options& options, Tell tell)
    : told_(options.told), tell_(std::move(tell)), keeper_(options.verb, options.series, options.mask), pause_(loop) {
  keeper_.load();
  Result<ProgressFolder> folder = ProgressFolder::open_file(told_);
  if (!folder) {
    say(Level::kWarn, "what the task writes to $SENNIT_PROGRESS is not seen: {}", folder.error().message());
    return;
  }
  folder_.emplace(std::move(*folder));
  Result<loop::Watch> watch =
      loop::Watch::add(loop, folder_->fd(), loop::Interest::kRead, [this](loop::Ready /*written*/) { read_told(); });
  if (watch) watch_ = std::move(*watch);
  // What a ctrl before us has read, and what it had not yet.
  keeper_.pass_over_told(told_);
  keeper_.read_told(told_, clock_.now());
  note();
}

TaskProgress::~TaskProgress() = default;

void TaskProgress::take(const wire::Output& output) {
  const std::size_t stream = output.stream == wire::Output::Stream::kStderr ? 1 : 0;
  keeper_.take(stream, output.bytes, output.at, clock_.boot());
  note();
}

void TaskProgress::read_told() {
  folder_->take([](std::string_view) {});
  keeper_.read_told(told_, clock_.now());
  note();
}

void TaskProgress::note() {
  if (!keeper_.has_news() || pause_.is_armed()) return;
  pause_.arm_after(ProgressKeeper::kPause, [this] { settle(); });
}

void TaskProgress::settle() {
  if (keeper_.settle(clock_.now())) tell_(keeper_.latest());
}

void TaskProgress::end() {
  pause_.cancel();
  if (folder_) keeper_.read_told(told_, clock_.now());
  if (keeper_.end(clock_.now())) tell_(keeper_.latest());
}

}  // namespace sennit::agent
