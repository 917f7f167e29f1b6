#include <fmt/format.h>

#include "base/bytes.h"
#include "base/printable.h"
#include "cli/commands/commands.h"
#include "cli/dataset/dataset_run.h"
#include "cli/render/dataset_json.h"
#include "cli/session.h"
#include "cli/text/counted.h"

namespace sennit::cli {
namespace {

using storage::DatasetWork;
using storage::Manifest;
using storage::VersionRecord;

class DatasetInspectCommand final : public Command {
 public:
  Declaration declare() override {
    return {
        .positionals = {{.name = "NAME",
                         .help = "[bucket/]name[:tag]; the latest version without one",
                         .target = &name_}},
        .options = {
            {.names = "-x,--regex",
             .value = "REGEX",
             .help = "only paths that begin with what this matches (RE2)",
             .target = &regex_},
            {.names = "--verify",
             .value = "",
             .help = "see that the bucket has all contents, by size",
             .target = &verify_},
            {.names = "--deep", .value = "", .help = "verify by reading all contents", .target = &deep_},
            {.names = "--diff", .value = "TAG", .help = "what is different since that version", .target = &since_}}};
  }

  ExitCode run(Session& session) override {
    if ((verify_ || deep_) && since_) {
      return session.fail(
          Error(ErrorCode::kInvalid, "--diff compares, --verify looks at one version: give one of them"));
    }
    Result<OpenDataset> dataset = open_dataset(session, name_);
    if (!dataset) return session.fail(dataset.error());
    const Result<void> loaded = load(*dataset);
    if (!loaded) return session.fail(loaded.error());
    dataset_ = dataset->name.name;
    if (since_) return tell_changes(session);
    return verify_ || deep_ ? verify(session, *dataset) : list(session);
  }

 private:
  Result<void> load(const OpenDataset& dataset) {
    SENNIT_ASSIGN(const storage::Pattern pattern,
                  regex_ ? storage::Pattern::compile(*regex_) : Result<storage::Pattern>(storage::Pattern()));
    return dataset.run->run([&](const DatasetWork& work) -> Result<void> {
      storage::Register all(work.bucket);
      const std::string& name = dataset.name.name;
      SENNIT_ASSIGN(const storage::DatasetState state, all.load(name));
      const auto take = [&](std::string_view tag, VersionRecord& version, Manifest& manifest) -> Result<void> {
        const VersionRecord* found = state.find(tag);
        if (found == nullptr) return storage::no_such_version(name, tag, state);
        version = *found;
        SENNIT_ASSIGN(manifest, all.manifest(name, version.manifest));
        std::erase_if(manifest.files, [&](const auto& file) { return !pattern.matches(file.path); });
        return {};
      };
      SENNIT_TRY(take(dataset.name.tag, version_, manifest_));
      if (since_) SENNIT_TRY(take(*since_, before_version_, before_));
      return {};
    });
  }

  ExitCode list(Session& session) const {
    if (session.wants_json()) {
      session.print_json(manifest_json({.dataset = dataset_, .version = version_, .manifest = manifest_}));
      return ExitCode::kCompleted;
    }
    for (const storage::ManifestFile& file : manifest_.files) {
      session.out().write(
          fmt::format("{}  {:>12}  {}\n", storage::hex_of(file.digest), file.size, printable(file.path)));
    }
    session.say(fmt::format("{}:{}: {}, {}", dataset_, version_.number, counted(manifest_.files.size(), "file"),
                            readable(Bytes(manifest_.bytes()))));
    return ExitCode::kCompleted;
  }

  ExitCode verify(Session& session, const OpenDataset& dataset) const {
    const storage::Depth depth = deep_ ? storage::Depth::kRead : storage::Depth::kListed;
    const auto found =
        dataset.run->run([&](const DatasetWork& work) { return storage::verify(work, dataset_, manifest_, depth); });
    if (!found) return session.fail(found.error());
    if (session.wants_json()) {
      session.print_json(damages_json(dataset_, version_.number, *found));
    } else {
      for (const storage::Damage& damage : *found) {
        session.out().write(fmt::format("{}  {}  {}{}\n", word_of(damage.kind), storage::hex_of(damage.digest),
                                        printable(damage.path),
                                        damage.files > 1 ? fmt::format(" and {} more", damage.files - 1) : ""));
      }
    }
    session.say(found->empty()
                    ? fmt::format("{}:{} is complete", dataset_, version_.number)
                    : fmt::format("{}:{} is damaged: {} of its objects", dataset_, version_.number, found->size()));
    return found->empty() ? ExitCode::kCompleted : ExitCode::kFailed;
  }

  ExitCode tell_changes(Session& session) const {
    const std::vector<storage::ManifestChange> changes = storage::changes_between(before_, manifest_);
    if (session.wants_json()) {
      session.print_json(changes_json(dataset_, before_version_.number, version_.number, changes));
      return ExitCode::kCompleted;
    }
    for (const storage::ManifestChange& change : changes) {
      session.out().write(fmt::format("{:<7}  {}\n", word_of(change.kind), printable(change.path)));
    }
    session.say(fmt::format("{} changes from {}:{} to {}:{}", changes.size(), dataset_, before_version_.number,
                            dataset_, version_.number));
    return ExitCode::kCompleted;
  }

  std::string name_;
  std::string dataset_;
  std::optional<std::string> regex_;
  std::optional<std::string> since_;
  bool verify_ = false;
  bool deep_ = false;
  VersionRecord version_;
  Manifest manifest_;
  VersionRecord before_version_;
  Manifest before_;
};

}  // namespace

const CommandInfo kDatasetInspectCommand{
    .name = "dataset inspect",
    .section = Section::kData,
    .summary = "List the files of a version, verify or compare it",
    .examples =
        "sennit dataset inspect digits:3\n"
        "sennit dataset inspect digits --deep\n"
        "sennit dataset inspect digits --diff 2 -o json",
    .details =
        "A line is the SHA-256 of the contents, the size and the path. --verify looks whether the bucket has all of "
        "it\n"
        "with the right sizes, --deep reads it, which takes as long as a download; both say what is damaged, and then\n"
        "end with 1.",
    .make = [] { return std::unique_ptr<Command>(new DatasetInspectCommand); }};

}  // namespace sennit::cli
