#include "cli/commands/commands.h"
#include "cli/dataset/dataset_run.h"
#include "cli/render/dataset_text.h"
#include "cli/session.h"

namespace sennit::cli {
namespace {

class DatasetInfoCommand final : public Command {
 public:
  Declaration declare() override {
    return {.positionals = {{.name = "NAME", .help = "[bucket/]name", .target = &name_}}};
  }

  ExitCode run(Session& session) override {
    const Result<DatasetDetails> details = find(session);
    if (!details) return session.fail(details.error());
    if (session.wants_json()) {
      session.print_json(dataset_details_json(*details));
    } else {
      session.out().write(dataset_details_text(*details, session.out_style()));
    }
    return ExitCode::kCompleted;
  }

 private:
  Result<DatasetDetails> find(Session& session) const {
    SENNIT_ASSIGN(const OpenDataset dataset, open_whole_dataset(session, name_));
    const std::string& name = dataset.name.name;
    return dataset.run->run([&name](const storage::DatasetWork& work) -> Result<DatasetDetails> {
      storage::Register all(work.bucket);
      SENNIT_ASSIGN(storage::DatasetState state, all.load(name));
      if (state.versions.empty()) return storage::no_such_version(name, "", state);
      std::vector<storage::Digest> digests;
      for (const auto& [number, version] : state.versions) digests.push_back(version.manifest);
      SENNIT_ASSIGN(const auto manifests, all.manifests(name, digests));
      return details_of(name, work.bucket.text(), std::move(state), manifests);
    });
  }

  std::string name_;
};

}  // namespace

const CommandInfo kDatasetInfoCommand{
    .name = "dataset info",
    .section = Section::kData,
    .summary = "Show the versions of a dataset, their tags and sizes",
    .examples =
        "sennit dataset info digits\n"
        "sennit dataset info team/digits -o json",
    .details =
        "Versions share what is the same in them. `Stored` is what all of them take together, `Own` what deleting\n"
        "that one would give back.",
    .make = [] { return std::unique_ptr<Command>(new DatasetInfoCommand); }};

}  // namespace sennit::cli
