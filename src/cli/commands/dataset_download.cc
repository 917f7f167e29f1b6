#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/printable.h"
#include "cli/commands/commands.h"
#include "cli/data/place.h"
#include "cli/data/report.h"
#include "cli/dataset/dataset_run.h"
#include "cli/render/dataset_json.h"
#include "cli/session.h"
#include "cli/text/counted.h"

namespace sennit::cli {
namespace {

class DatasetDownloadCommand final : public Command {
 public:
  Declaration declare() override {
    std::vector<Option> options = options_.declare();
    options.front().help = "only paths of the dataset that begin with what this matches (RE2)";
    options.push_back({.names = "--verify",
                       .value = "",
                       .help = "fetch nothing; read the files that are there and say which differ",
                       .target = &verify_});
    return {.positionals = {{.name = "NAME",
                             .help = "[bucket/]name[:tag]; the latest version without one",
                             .target = &name_},
                            {.name = "PATH",
                             .help = "the directory to put it in; made if it is not there",
                             .target = &path_,
                             .completes = Completes::kFile}},
            .options = std::move(options)};
  }

  ExitCode run(Session& session) override { return verify_ ? verify(session) : download(session); }

 private:
  // The dataset, and what is to be fetched of it.
  Result<OpenDataset> prepare(Session& session) {
    SENNIT_ASSIGN(request_.pattern, options_.pattern());
    SENNIT_ASSIGN(const storage::Effort effort, options_.effort());
    SENNIT_ASSIGN(OpenDataset dataset, open_dataset(session, name_, effort));
    if (!verify_ && ::mkdir(path_.c_str(), 0777) != 0 && errno != EEXIST) {
      return Error::from_errno(fmt::format("make the directory {}", printable(path_)), errno);
    }
    request_.directory = path_;
    request_.dataset = dataset.name.name;
    SENNIT_TRY(dataset.run->run([&](const storage::DatasetWork& work) -> Result<void> {
      storage::Register all(work.bucket);
      SENNIT_ASSIGN(version_, all.resolve(dataset.name.name, dataset.name.tag));
      SENNIT_ASSIGN(request_.manifest, all.manifest(dataset.name.name, version_.manifest));
      return {};
    }));
    dataset.name.tag = std::to_string(version_.number);
    return dataset;
  }

  ExitCode download(Session& session) {
    const Result<OpenDataset> dataset = prepare(session);
    if (!dataset) return session.fail(dataset.error());
    const Result<storage::Moved> moved =
        dataset->run->run([&](const storage::DatasetWork& work) { return storage::download(work, request_); });
    if (!moved) return session.fail(moved.error());
    return tell_moved(session,
                      {.doing = "Fetched",
                       .url = dataset->name.text(),
                       .left_out = request_.manifest.files.size() - moved->files - moved->unchanged,
                       .took = dataset->run->elapsed()},
                      *moved);
  }

  ExitCode verify(Session& session) {
    const Result<OpenDataset> dataset = prepare(session);
    if (!dataset) return session.fail(dataset.error());
    using Differences = Result<std::vector<storage::Difference>>;
    const Differences found =
        dataset->run->run([&](const storage::DatasetWork& work) { return storage::compare(work, request_); });
    if (!found) return session.fail(found.error());
    if (session.wants_json()) {
      session.print_json(differences_json(dataset->name.name, version_.number, *found));
    } else {
      for (const storage::Difference& difference : *found) {
        session.out().write(fmt::format("{}  {}\n", word_of(difference.kind), printable(difference.path)));
      }
    }
    session.say(found->empty() ? fmt::format("{} is as {} says", printable(path_), dataset->name.text())
                               : fmt::format("{} of {} {}", counted(found->size(), "file"), dataset->name.text(),
                                             found->size() == 1 ? "differs" : "differ"));
    return found->empty() ? ExitCode::kCompleted : ExitCode::kFailed;
  }

  std::string name_;
  std::string path_;
  TransferOptions options_;
  bool verify_ = false;
  storage::VersionRecord version_;
  storage::DownloadRequest request_;
};

}  // namespace

const CommandInfo kDatasetDownloadCommand{
    .name = "dataset download",
    .section = Section::kData,
    .summary = "Put the files of a version into a directory",
    .examples =
        "sennit dataset download digits data\n"
        "sennit dataset download team/digits:best data -x 'train/'\n"
        "sennit dataset download digits:3 data --verify",
    .details =
        "Only files that differ are fetched. The hash of each is verified before it takes its place, so that nobody\n"
        "sees half a file or a damaged one; what breaks off goes on where it was. Files of other names are left "
        "alone.\n"
        "With --verify the exit code is 1 if a file is missing or differs.",
    .make = [] { return std::unique_ptr<Command>(new DatasetDownloadCommand); }};

}  // namespace sennit::cli
