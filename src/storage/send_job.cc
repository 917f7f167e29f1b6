#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "storage/object_name.h"
#include "storage/transfer_job.h"

namespace sennit::storage {

SendJob::SendJob(JobSetup setup, SendRequest request, Watcher& watcher, Transferred done)
    : setup_(std::move(setup)),
      plan_(std::move(request.plan)),
      links_(request.links),
      watcher_(watcher),
      done_(std::move(done)),
      soon_(setup_.rclone.loop) {
  tally_.expect(plan_.files);
}

void SendJob::start() {
  const bool looks_first = setup_.remote.missing_bucket == Remote::MissingBucket::kMade && !plan_.parts.empty();
  soon_.arm_after(Micros(0), [this, looks_first] {
    if (looks_first && !cancelled_) {
      probe();
    } else {
      next();
    }
  });
}

void SendJob::probe() {
  step_ = Step::kProbing;
  attempts_ = std::make_unique<Attempts>(setup_.rclone, setup_.remote.probe_words(), *this);
  attempts_->start();
}

void SendJob::cancel() {
  cancelled_ = true;
  if (attempts_ != nullptr) attempts_->stop();
}

void SendJob::next() {
  if (cancelled_) {
    finish(Error(ErrorCode::kCancelled, "cancelled"));
    return;
  }
  if (part_ == plan_.parts.size()) {
    finish(tally_.moved());
    return;
  }
  if (Result<void> started = send(plan_.parts[part_]); !started) finish(std::move(started).error());
}

Result<void> SendJob::send(const SendPart& part) {
  const std::string source = path_of_open(part.directory.get());
  setup_.rclone.shown_as = {{source, part.path}};
  SENNIT_ASSIGN(names_, NameList::make(part.names));
  // Without --no-traverse, though it would save listing what is there already: rclone then follows links (1.60).
  std::vector<std::string> rest{"--files-from-raw", names_->path(), source, setup_.remote.root};
  if (links_ == SendRequest::Links::kFollowed) rest.insert(rest.begin(), "--copy-links");
  attempts_ = std::make_unique<Attempts>(setup_.rclone, setup_.words("copy", std::move(rest)), *this);
  attempts_->start();
  return {};
}

// rclone ends well when a file of the list is not there.
Result<void> SendJob::verify(const SendPart& part) const {
  const int flags = links_ == SendRequest::Links::kFollowed ? 0 : AT_SYMLINK_NOFOLLOW;
  for (const std::string& name : part.names) {
    struct stat info {};
    if (::fstatat(part.directory.get(), name.c_str(), &info, flags) == 0 && S_ISREG(info.st_mode)) continue;
    return Error(ErrorCode::kConflict, fmt::format("{} vanished while it was sent", shown_name(name)));
  }
  return {};
}

void SendJob::on_stats(const TransferStats& stats) {
  tally_.take(stats);
  watcher_.on_progress(tally_.progress());
}

void SendJob::on_retry(const Retry& retry) {
  tally_.begin_anew();
  watcher_.on_retry(retry);
}

void SendJob::on_finished(Result<TransferStats> result) {
  if (!result) {
    finish(std::move(result).error());
    return;
  }
  if (step_ == Step::kProbing) {
    step_ = Step::kSending;
    next();
    return;
  }
  tally_.take(*result);
  const SendPart& part = plan_.parts[part_++];
  if (Result<void> verified = verify(part); !verified) {
    finish(std::move(verified).error());
    return;
  }
  tally_.finish_part(part.names.size());
  next();
}

void SendJob::finish(Result<Moved> result) {
  Transferred done = std::move(done_);
  done(std::move(result));  // may destroy us
}

}  // namespace sennit::storage
