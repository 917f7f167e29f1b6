#include <fmt/format.h>

#include "cli/commands/commands.h"
#include "cli/dataset/dataset_run.h"
#include "cli/render/dataset_text.h"
#include "cli/session.h"

namespace sennit::cli {
namespace {

class DatasetListCommand final : public Command {
 public:
  Declaration declare() override {
    return {.options = {{.names = "-b,--bucket",
                         .value = "NAME",
                         .help = "a bucket of the configuration; the default one if not given",
                         .target = &bucket_},
                        {.names = "-p,--prefix",
                         .value = "TEXT",
                         .help = "only datasets whose names begin with this",
                         .target = &prefix_},
                        {.names = "-c,--count",
                         .value = "N",
                         .help = "at most so many; 50 if not given, and all with -o json",
                         .target = &count_},
                        {.names = "--offset", .value = "N", .help = "after so many others", .target = &offset_}}};
  }

  ExitCode run(Session& session) override {
    if (bucket_ && !storage::is_dataset_word(*bucket_)) {
      return session.fail(Error(ErrorCode::kInvalid, "--bucket takes the name of a bucket in the configuration"));
    }
    Result<DatasetListing> listing = list(session);
    if (!listing) return session.fail(listing.error());
    if (session.wants_json()) {
      session.print_json(dataset_list_json(*listing));
    } else {
      session.out().write(dataset_list_text(*listing, session.out_style()));
    }
    return ExitCode::kCompleted;
  }

 private:
  Result<DatasetListing> list(Session& session) {
    SENNIT_ASSIGN(const std::unique_ptr<DatasetRun> run, DatasetRun::open(session, bucket_.value_or(std::string())));
    DatasetListing listing;
    SENNIT_ASSIGN(listing.datasets,
                  run->run([&](const storage::DatasetWork& work) -> Result<std::vector<storage::DatasetSummary>> {
                    listing.bucket = work.bucket.text();
                    return storage::Register(work.bucket).list();
                  }));
    std::erase_if(listing.datasets,
                  [this](const storage::DatasetSummary& dataset) { return !dataset.name.starts_with(prefix_); });
    listing.total = listing.datasets.size();
    const std::uint64_t first = std::min<std::uint64_t>(offset_.value_or(0), listing.total);
    listing.datasets.erase(listing.datasets.begin(), listing.datasets.begin() + static_cast<std::ptrdiff_t>(first));
    const std::uint64_t most = count_.value_or(session.wants_json() ? UINT64_MAX : 50);
    if (listing.datasets.size() > most) listing.datasets.resize(most);
    return listing;
  }

  std::optional<std::string> bucket_;
  std::string prefix_;
  std::optional<std::uint64_t> count_;
  std::optional<std::uint64_t> offset_;
};

}  // namespace

const CommandInfo kDatasetListCommand{
    .name = "dataset list",
    .section = Section::kData,
    .summary = "List the datasets of a bucket",
    .examples =
        "sennit dataset list\n"
        "sennit dataset list --bucket team -o json",
    .details =
        "A bucket is a place where datasets lie: a directory or a storage, named in config.yaml:\n"
        "\n"
        "  datasets:\n"
        "    default_bucket: team\n"
        "    buckets: {team: s3://team-data/sets, scratch: file:///scratch/sets}\n"
        "\n"
        "The bucket `local`, the default one unless another is named, is a directory of yours:\n"
        "~/.local/share/sennit/datasets, or datasets below $SENNIT_HOME.",
    .make = [] { return std::unique_ptr<Command>(new DatasetListCommand); }};

}  // namespace sennit::cli
