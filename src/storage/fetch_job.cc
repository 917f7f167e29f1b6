#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "storage/object_name.h"
#include "storage/transfer_job.h"

namespace sennit::storage {

FetchJob::FetchJob(JobSetup setup, FetchRequest request, UniqueFd directory, Watcher& watcher, Transferred done)
    : setup_(std::move(setup)),
      directory_path_(std::move(request.directory)),
      wanted_(std::move(request.names)),
      directory_(std::move(directory)),
      watcher_(watcher),
      done_(std::move(done)),
      selector_(setup_, ListRequest::Depth::kAll, ListRequest::Times::kLeftOut, std::move(request.pattern)),
      soon_(setup_.rclone.loop) {
  setup_.rclone.shown_as.emplace_back(path_of_open(directory_.get()), directory_path_);
}

void FetchJob::start() {
  if (wanted_) {
    // The end of a Job is never told within its start.
    soon_.arm_after(Micros(0), [this] { fetch_wanted(); });
    return;
  }
  selector_.start([this](Result<Selection> selection) { on_selected(std::move(selection)); });
}

// Their sizes are not known: whoever asks for objects by name looks at what has come.
void FetchJob::fetch_wanted() {
  Selection selection;
  selection.is_all = false;
  for (std::string& name : *wanted_) selection.entries.push_back({.path = std::move(name), .size = 0, .modified = {}});
  on_selected(cancelled_ ? Result<Selection>(Error(ErrorCode::kCancelled, "cancelled")) : std::move(selection));
}

void FetchJob::cancel() {
  cancelled_ = true;
  if (attempts_ != nullptr) {
    attempts_->stop();
  } else {
    selector_.stop();
  }
}

void FetchJob::on_selected(Result<Selection> selection) {
  if (!selection) {
    finish(std::move(selection).error());
    return;
  }
  selection_ = std::move(*selection);
  tally_.expect(selection_.entries.size());
  if (selection_.entries.empty()) {
    finish(Moved{});
    return;
  }
  Result<void> ready = check_names();
  if (ready) ready = copy();
  if (!ready) finish(std::move(ready).error());
}

Result<void> FetchJob::check_names() const {
  std::string first;
  std::uint64_t refused = 0;
  for (const Entry& entry : selection_.entries) {
    const auto why = unfetchable(entry.path);
    if (why && refused++ == 0) first = fmt::format("'{}' {}", shown_name(entry.path), *why);
  }
  if (refused == 0) return {};
  const std::string more = refused > 1 ? fmt::format(" ({} more are like it)", refused - 1) : std::string();
  return Error(ErrorCode::kInvalid,
               fmt::format("the object {} and cannot become a file below {}{}; a regex can leave it out", first,
                           directory_path_, more));
}

Result<void> FetchJob::copy() {
  std::vector<std::string> rest{"--fast-list"};
  if (!selection_.is_all) {
    std::vector<std::string> names;
    names.reserve(selection_.entries.size());
    for (const Entry& entry : selection_.entries) names.push_back(entry.path);
    SENNIT_ASSIGN(names_, NameList::make(names));
    rest.insert(rest.end(), {"--files-from-raw", names_->path()});
  }
  rest.push_back(setup_.remote.root);
  rest.push_back(path_of_open(directory_.get()));
  attempts_ = std::make_unique<Attempts>(setup_.rclone, setup_.words("copy", std::move(rest)), *this);
  attempts_->start();
  return {};
}

// rclone ends well when an object vanishes between its listing and ours.
Result<void> FetchJob::verify() const {
  if (wanted_) return {};
  for (const Entry& entry : selection_.entries) {
    struct stat info {};
    const bool is_there = ::fstatat(directory_.get(), entry.path.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0;
    if (is_there && static_cast<std::uint64_t>(info.st_size) == entry.size) continue;
    return Error(ErrorCode::kConflict, fmt::format("{} changed in {} while it was fetched", shown_name(entry.path),
                                                   setup_.rclone.location.text()));
  }
  return {};
}

void FetchJob::on_stats(const TransferStats& stats) {
  tally_.take(stats);
  watcher_.on_progress(tally_.progress());
}

void FetchJob::on_retry(const Retry& retry) {
  tally_.begin_anew();
  watcher_.on_retry(retry);
}

void FetchJob::on_finished(Result<TransferStats> result) {
  if (!result) {
    finish(std::move(result).error());
    return;
  }
  tally_.take(*result);
  if (Result<void> verified = verify(); !verified) {
    finish(std::move(verified).error());
    return;
  }
  finish(tally_.moved());
}

void FetchJob::finish(Result<Moved> result) {
  Transferred done = std::move(done_);
  done(std::move(result));  // may destroy us
}

}  // namespace sennit::storage
