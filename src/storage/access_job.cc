#include "storage/access_job.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

namespace sennit::storage {
namespace {

// An object of our own: its name is the same every time, so that what could not be removed does not add up.
constexpr std::string_view kProbe = ".sennit-access-check";

Result<void> try_path(std::string path, Access access) {
  if (access == Access::kRead) {
    if (::access(path.c_str(), R_OK) == 0) return {};
    if (errno == ENOENT) return Error(ErrorCode::kNotFound, fmt::format("there is no {} on this host", path));
    return Error::from_errno(fmt::format("read {}", path), errno);
  }
  // What is not there yet would be made, in the nearest directory that is.
  while (path.size() > 1 && ::access(path.c_str(), F_OK) != 0) path.erase(std::max<std::size_t>(path.rfind('/'), 1));
  if (::access(path.c_str(), W_OK | X_OK) == 0) return {};
  return Error::from_errno(fmt::format("write below {}", path), errno);
}

}  // namespace

ListJob::ListJob(JobSetup setup, ListRequest request, Listed done)
    : setup_(std::move(setup)),
      done_(std::move(done)),
      selector_(setup_, request.depth, request.times, std::move(request.pattern)) {}

void ListJob::start() {
  selector_.start([this](Result<Selection> selection) {
    Listed done = std::move(done_);
    if (!selection) {
      done(std::move(selection).error());
      return;
    }
    done(std::move(selection->entries));  // may destroy us
  });
}

CheckJob::CheckJob(JobSetup setup, Access access, Checked done)
    : setup_(std::move(setup)), access_(access), done_(std::move(done)) {}

void CheckJob::start() {
  const bool looks_first = access_ == Access::kRead || setup_.remote.missing_bucket == Remote::MissingBucket::kMade;
  run(looks_first ? Step::kRead : Step::kWrite);
}

void CheckJob::cancel() {
  if (attempts_ != nullptr) attempts_->stop();
}

void CheckJob::run(Step step) {
  step_ = step;
  const std::string probe = setup_.remote.below(kProbe);
  std::vector<std::string> words;
  switch (step) {
    case Step::kRead: words = setup_.remote.probe_words(); break;
    case Step::kWrite: words = {"touch", probe}; break;
    case Step::kRemove: words = {"deletefile", probe}; break;
  }
  attempts_ = std::make_unique<Attempts>(setup_.rclone, std::move(words), *this);
  attempts_->start();
}

void CheckJob::on_finished(Result<TransferStats> result) {
  if (!result) {
    // Only asked for writing: that it cannot be removed is not what was asked.
    if (step_ == Step::kRemove && access_ == Access::kWrite && result.error().code() == ErrorCode::kInvalid) {
      finish({});
    } else {
      finish(std::move(result).error());
    }
    return;
  }
  if (step_ == Step::kRead && access_ != Access::kRead) {
    run(Step::kWrite);
    return;
  }
  if (step_ == Step::kWrite) {
    run(Step::kRemove);
    return;
  }
  finish({});
}

void CheckJob::finish(Result<void> result) {
  Checked done = std::move(done_);
  done(std::move(result));  // may destroy us
}

FileCheckJob::FileCheckJob(loop::Loop& loop, std::string path, Access access, Checked done)
    : soon_(loop), path_(std::move(path)), access_(access), done_(std::move(done)) {
  soon_.arm_after(Micros(0), [this] {
    Checked told = std::move(done_);
    told(try_path(path_, access_));  // may destroy us
  });
}

}  // namespace sennit::storage
