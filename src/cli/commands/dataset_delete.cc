#include <fmt/format.h>

#include "cli/commands/commands.h"
#include "cli/dataset/dataset_run.h"
#include "cli/input/consent.h"
#include "cli/render/dataset_text.h"
#include "cli/session.h"

namespace sennit::cli {
namespace {

class DatasetDeleteCommand final : public Command {
 public:
  Declaration declare() override {
    return {.positionals = {{.name = "NAME",
                             .help = "[bucket/]name:tag for a version, [bucket/]name for all",
                             .target = &name_}},
            .options = {{.names = "-y,--yes", .value = "", .help = "do not ask", .target = &yes_}}};
  }

  ExitCode run(Session& session) override {
    Result<OpenDataset> dataset = open_dataset(session, name_);
    if (!dataset) return session.fail(dataset.error());
    const Result<std::string> question = find(*dataset);
    if (!question) return session.fail(question.error());
    const Consent consent = yes_ ? Consent::kGiven : ask(session, *question);
    if (consent == Consent::kNobodyToAsk) {
      return session.fail(Error(ErrorCode::kInvalid, "there is nobody to ask; --yes says that it is meant"));
    }
    if (consent == Consent::kRefused) return ExitCode::kCancelled;
    const std::string& name = dataset->name.name;
    const auto remove = [&](const storage::DatasetWork& work) {
      return number_ == 0 ? storage::remove_dataset(work, name) : storage::remove_versions(work, name, {number_});
    };
    const Result<storage::Removed> removed = dataset->run->run(remove);
    if (!removed) return session.fail(removed.error());
    session.say(removed_text(name, *removed));
    if (session.wants_json()) session.print_json(removed_json(name, *removed));
    return ExitCode::kCompleted;
  }

 private:
  // What it is about; and that it is there, before anybody is asked.
  Result<std::string> find(const OpenDataset& dataset) {
    const storage::DatasetName& name = dataset.name;
    SENNIT_ASSIGN(const storage::DatasetState state, dataset.run->run([&](const storage::DatasetWork& work) {
      return storage::Register(work.bucket).load(name.name);
    }));
    const storage::VersionRecord* version = state.find(name.tag);
    if (version == nullptr) return storage::no_such_version(name.name, name.tag, state);
    if (name.tag.empty()) return fmt::format("Delete all {} versions of {}?", state.versions.size(), name.name);
    number_ = version->number;
    return fmt::format("Delete version {} of {}?", number_, name.name);
  }

  std::string name_;
  bool yes_ = false;
  std::uint32_t number_ = 0;
};

}  // namespace

const CommandInfo kDatasetDeleteCommand{
    .name = "dataset delete",
    .section = Section::kData,
    .summary = "Remove a version of a dataset, or all of it",
    .examples =
        "sennit dataset delete digits:3\n"
        "sennit dataset delete digits --yes",
    .details =
        "Asks first; a script says --yes. The contents that no other version has go too, unless somebody uploads to\n"
        "the dataset: then they stay until the next deletion. The number of a version is not given again.",
    .make = [] { return std::unique_ptr<Command>(new DatasetDeleteCommand); }};

}  // namespace sennit::cli
