#include "storage/transfer_job.h"

namespace sennit::storage {

RemoveJob::RemoveJob(JobSetup setup, RemoveRequest request, Transferred done)
    : setup_(std::move(setup)),
      wanted_(std::move(request.names)),
      done_(std::move(done)),
      selector_(setup_, ListRequest::Depth::kAll, ListRequest::Times::kLeftOut, std::move(request.pattern)),
      soon_(setup_.rclone.loop) {}

void RemoveJob::start() {
  if (wanted_) {
    soon_.arm_after(Micros(0), [this] { remove_wanted(); });
    return;
  }
  selector_.start([this](Result<Selection> selection) { on_selected(std::move(selection)); });
}

void RemoveJob::remove_wanted() {
  Selection selection;
  for (std::string& name : *wanted_) selection.entries.push_back({.path = std::move(name), .size = 0, .modified = {}});
  on_selected(cancelled_ ? Result<Selection>(Error(ErrorCode::kCancelled, "cancelled")) : std::move(selection));
}

void RemoveJob::cancel() {
  cancelled_ = true;
  if (attempts_ != nullptr) {
    attempts_->stop();
  } else {
    selector_.stop();
  }
}

void RemoveJob::on_selected(Result<Selection> selection) {
  if (!selection) {
    finish(std::move(selection).error());
    return;
  }
  if (selection->entries.empty()) {
    finish(Moved{});
    return;
  }
  if (Result<void> started = remove(*selection); !started) finish(std::move(started).error());
}

// By the names that were listed, so that nothing goes that came meanwhile.
Result<void> RemoveJob::remove(const Selection& selection) {
  std::vector<std::string> names;
  for (const Entry& entry : selection.entries) {
    names.push_back(entry.path);
    bytes_ += entry.size;
  }
  count_ = names.size();
  std::vector<std::string> words;
  if (selection.is_single_object) {
    words = setup_.words("deletefile", {setup_.remote.root});
  } else {
    SENNIT_ASSIGN(names_, NameList::make(names));
    words = setup_.words("delete", {"--files-from-raw", names_->path(), setup_.remote.root});
  }
  attempts_ = std::make_unique<Attempts>(setup_.rclone, std::move(words), *this);
  attempts_->start();
  return {};
}

void RemoveJob::on_finished(Result<TransferStats> result) {
  if (!result) {
    finish(std::move(result).error());
    return;
  }
  finish(Moved{.files = count_, .bytes = bytes_, .unchanged = 0});
}

void RemoveJob::finish(Result<Moved> result) {
  Transferred done = std::move(done_);
  done(std::move(result));  // may destroy us
}

}  // namespace sennit::storage
