#include <fmt/format.h>

#include "cli/commands/commands.h"
#include "cli/dataset/dataset_run.h"
#include "cli/render/dataset_json.h"
#include "cli/session.h"
#include "storage/dataset/register.h"

namespace sennit::cli {
namespace {

class DatasetTagCommand final : public Command {
 public:
  Declaration declare() override {
    return {.positionals = {{.name = "NAME",
                             .help = "[bucket/]name[:tag]; the latest version without one",
                             .target = &name_},
                            {.name = "TAG",
                             .help = "given to the version; moved there if another has it",
                             .target = &tags_,
                             .list = Positional::List::kAnyNumber}},
            .options = {{.names = "-d,--delete",
                         .value = "TAG",
                         .help = "take this tag away, whichever version has it; repeatable",
                         .target = &deleted_}}};
  }

  ExitCode run(Session& session) override {
    Result<std::string> said = tag(session);
    if (!said) return session.fail(said.error());
    session.say(*said);
    if (session.wants_json()) {
      std::string json;
      views::JsonWriter writer(json);
      writer.begin_object();
      write_version(writer, version_);
      writer.end_object();
      session.print_json(json);
    }
    return ExitCode::kCompleted;
  }

 private:
  Result<std::string> tag(Session& session) {
    if (tags_.empty() && deleted_.empty()) {
      return Error(ErrorCode::kInvalid, "a TAG to give was expected, or --delete with one to take away");
    }
    for (const std::string& tag : tags_) SENNIT_TRY(storage::check_new_tag(tag));
    for (const std::string& tag : deleted_) SENNIT_TRY(storage::check_new_tag(tag));
    SENNIT_ASSIGN(const OpenDataset dataset, open_dataset(session, name_));
    const std::string& name = dataset.name.name;
    return dataset.run->run([&](const storage::DatasetWork& work) -> Result<std::string> {
      storage::Register all(work.bucket);
      SENNIT_ASSIGN(const storage::DatasetState state, all.load(name));
      const storage::VersionRecord* version = state.find(dataset.name.tag);
      if (version == nullptr) return storage::no_such_version(name, dataset.name.tag, state);
      version_ = *version;
      for (const std::string& tag : deleted_) {
        if (!state.tags.contains(tag)) {
          return Error(ErrorCode::kNotFound, fmt::format("the dataset '{}' has no tag '{}'", name, tag));
        }
      }
      for (const std::string& tag : deleted_) SENNIT_TRY(all.remove_tag(name, tag));
      std::string said;
      for (const std::string& tag : deleted_) said += fmt::format("{}:{} is no more. ", name, tag);
      for (const std::string& tag : tags_) {
        SENNIT_TRY(all.set_tag(name, tag, version->number));
        const auto before = state.tags.find(tag);
        const bool moved = before != state.tags.end() && before->second != version->number;
        said += fmt::format("{}:{} is version {}{}. ", name, tag, version->number,
                            moved ? fmt::format(", and was {}", before->second) : std::string());
      }
      said.pop_back();
      return said;
    });
  }

  std::string name_;
  std::vector<std::string> tags_;
  std::vector<std::string> deleted_;
  storage::VersionRecord version_;
};

}  // namespace

const CommandInfo kDatasetTagCommand{
    .name = "dataset tag",
    .section = Section::kData,
    .summary = "Give names to a version of a dataset, move or take them away",
    .examples =
        "sennit dataset tag digits:3 best\n"
        "sennit dataset tag digits --delete best",
    .details = "A tag means one version of its dataset. `latest` is always the newest, and numbers are versions.",
    .make = [] { return std::unique_ptr<Command>(new DatasetTagCommand); }};

}  // namespace sennit::cli
