#include "storage/selection.h"

namespace sennit::storage {
namespace {

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

Selector::Selector(const JobSetup& setup, ListRequest::Depth depth, ListRequest::Times times, Pattern pattern)
    : setup_(setup), depth_(depth), times_(times), pattern_(std::move(pattern)) {}

void Selector::start(Done done) {
  done_ = std::move(done);
  std::vector<std::string> words{"--no-mimetype"};
  if (times_ == ListRequest::Times::kLeftOut) words.emplace_back("--no-modtime");
  // One request for a thousand objects, however many directories they lie in.
  if (depth_ == ListRequest::Depth::kAll) words.insert(words.end(), {"--recursive", "--files-only", "--fast-list"});
  words.push_back(setup_.remote.root);
  attempts_ = std::make_unique<Attempts>(setup_.rclone, setup_.words("lsjson", std::move(words)), *this);
  attempts_->start();
}

void Selector::stop() {
  if (attempts_ != nullptr) attempts_->stop();
}

void Selector::on_line(std::string_view line) {
  if (step_ == Step::kAsking) {
    described_.append(line);
    return;
  }
  Result<std::optional<Entry>> entry = parse_listed_line(line);
  if (!entry) {
    if (!error_) error_ = entry.error();
    return;
  }
  if (!*entry) return;
  if (pattern_.matches((*entry)->path)) {
    selection_.entries.push_back(std::move(**entry));
  } else {
    selection_.is_all = false;
  }
}

bool Selector::may_be_single() const {
  const std::string& path = setup_.rclone.location.url.path;
  return depth_ == ListRequest::Depth::kAll && selection_.is_all && selection_.entries.size() == 1 && !path.empty() &&
         selection_.entries.front().path == last_part(path);
}

void Selector::ask_what_it_is() {
  step_ = Step::kAsking;
  attempts_ = std::make_unique<Attempts>(
      setup_.rclone, setup_.words("lsjson", {"--stat", "--no-modtime", "--no-mimetype", setup_.remote.root}), *this);
  attempts_->start();
}

void Selector::on_finished(Result<TransferStats> result) {
  if (!result || error_) {
    Done done = std::move(done_);
    done(result ? *error_ : result.error());  // may destroy us
    return;
  }
  if (step_ == Step::kListing && may_be_single()) {
    ask_what_it_is();
    return;
  }
  if (step_ == Step::kAsking) {
    const Result<std::optional<Entry>> entry = parse_listed_line(described_);
    selection_.is_single_object = entry && *entry && (*entry)->kind == Entry::Kind::kObject;
  }
  Done done = std::move(done_);
  done(std::move(selection_));  // may destroy us
}

}  // namespace sennit::storage
