#include "cli/dataset/dataset_run.h"

#include <fmt/format.h>

#include <csignal>

#include "base/printable.h"
#include "cli/data/place.h"
#include "cli/dataset/configuration.h"
#include "cli/render/transfer_text.h"
#include "storage/dataset/bucket_place.h"
#include "store/state_layout.h"

namespace sennit::cli {
namespace {

constexpr Micros kBetweenLooks = std::chrono::milliseconds(500);

std::string_view word_of(storage::Stage stage) {
  switch (stage) {
    case storage::Stage::kLooking: return "Looking";
    case storage::Stage::kHashing: return "Hashing";
    case storage::Stage::kMoving: return "Moving";
    case storage::Stage::kVerifying: return "Verifying";
  }
  return "";
}

}  // namespace

DatasetRun::DatasetRun(Session& session, proc::Spawner spawner, std::string hashes)
    : session_(session),
      spawner_(std::move(spawner)),
      storage_(loop_, spawner_, environment()),
      hashes_(std::move(hashes)),
      timer_(loop_),
      line_(session, loop_.clock()) {
  started_ = loop_.clock().boot();
}

Result<std::unique_ptr<DatasetRun>> DatasetRun::open(Session& session, const std::string& bucket,
                                                     const storage::Effort& effort) {
  SENNIT_ASSIGN(const spec::DatasetsConfig config, datasets_config(session));
  SENNIT_ASSIGN(const std::string directory, store::locate_dataset_dir(variable));
  SENNIT_ASSIGN(const storage::Location place, storage::place_of_bucket(config, bucket, directory));
  SENNIT_ASSIGN(storage::Target target, target_of(place.text()));
  SENNIT_ASSIGN(const std::string cache, store::locate_cache_dir(variable));
  SENNIT_ASSIGN(proc::Spawner spawner, proc::Spawner::open(proc::raise_file_limit()));
  std::unique_ptr<DatasetRun> run(new DatasetRun(session, std::move(spawner), cache + "/hashes"));
  run->thread_ =
      std::make_unique<storage::DatasetThread>(run->loop_, run->storage_, std::move(target), effort, run->hashes_);
  SENNIT_ASSIGN(loop::Signals signals, loop::Signals::open(run->loop_, {SIGINT, SIGTERM, SIGHUP},
                                                           [raw = run.get()](int) { raw->on_signal(); }));
  run->signals_ = std::move(signals);
  return run;
}

void DatasetRun::on_signal() {
  if (thread_->is_cancelled()) {
    thread_->end();
    return;
  }
  line_.clear();
  session_.say("Ending; once more ends it at once");
  thread_->cancel();
}

void DatasetRun::begin_showing() {
  if (session_.is_quiet()) return;
  timer_.arm_after(kBetweenLooks, [this] { show(); });
}

void DatasetRun::show() {
  begin_showing();
  const storage::Progress progress = thread_->progress();
  const storage::Stage stage = thread_->stage();
  if (stage == storage::Stage::kLooking || thread_->is_cancelled()) return;
  const std::string line = fmt::format("{} {}", word_of(stage), transfer_line(progress, ProgressLine::kWide));
  line_.show([&line](std::size_t columns) { return cut_to_width(line, columns); });
}

void DatasetRun::end_showing() {
  timer_.cancel();
  line_.clear();
}

Result<OpenDataset> open_dataset(Session& session, const std::string& name, const storage::Effort& effort) {
  SENNIT_ASSIGN(storage::DatasetName parsed, storage::parse_dataset_name(name));
  SENNIT_ASSIGN(std::unique_ptr<DatasetRun> run, DatasetRun::open(session, parsed.bucket, effort));
  return OpenDataset{.name = std::move(parsed), .run = std::move(run)};
}

Result<OpenDataset> open_whole_dataset(Session& session, const std::string& name, const storage::Effort& effort) {
  SENNIT_ASSIGN(const storage::DatasetName parsed, storage::parse_dataset_name(name));
  if (parsed.tag.empty()) return open_dataset(session, name, effort);
  return Error(ErrorCode::kInvalid,
               fmt::format("'{}': this is about a whole dataset, so no version is named here", printable(name)));
}

}  // namespace sennit::cli
