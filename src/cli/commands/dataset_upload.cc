#include <fmt/format.h>

#include "base/printable.h"
#include "cli/commands/commands.h"
#include "cli/data/place.h"
#include "cli/dataset/dataset_run.h"
#include "cli/render/dataset_text.h"
#include "cli/session.h"

namespace sennit::cli {
namespace {

Result<storage::Notes> notes_of(const std::vector<std::string>& words, std::string_view option) {
  storage::Notes notes;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Error(ErrorCode::kInvalid, fmt::format("{} {}: KEY=VALUE was expected", option, printable(word)));
    }
    notes.insert_or_assign(word.substr(0, equals), word.substr(equals + 1));
  }
  return notes;
}

class DatasetUploadCommand final : public Command {
 public:
  Declaration declare() override {
    std::vector<Option> options = options_.declare();
    options.front().help = "only paths of the dataset that begin with what this matches (RE2)";
    options.push_back({.names = "-t,--tag",
                       .value = "TAG",
                       .help = "a tag for the version; moved there if another has it; repeatable",
                       .target = &tags_});
    options.push_back({.names = "-l,--label",
                       .value = "KEY=VALUE",
                       .help = "a label of the version; repeatable",
                       .target = &labels_,
                       .takes = Option::Takes::kAssignments});
    options.push_back({.names = "-m,--metadata",
                       .value = "KEY=VALUE",
                       .help = "what else there is to know of it; repeatable",
                       .target = &metadata_,
                       .takes = Option::Takes::kAssignments});
    options.push_back({.names = "-a,--add",
                       .value = "",
                       .help = "keep the files of the latest version that have other paths",
                       .target = &add_});
    options.push_back({.names = "--new-version",
                       .value = "",
                       .help = "make a version also if the latest one is the same",
                       .target = &new_version_});
    return {.positionals = {{.name = "NAME", .help = "[bucket/]name", .target = &name_},
                            {.name = "PATH",
                             .help = "a file or a directory, sent under its last name; the contents alone: DIR/*",
                             .target = &paths_,
                             .completes = Completes::kFile}},
            .options = std::move(options)};
  }

  ExitCode run(Session& session) override {
    const Result<storage::Uploaded> uploaded = upload(session);
    if (!uploaded) return session.fail(uploaded.error());
    session.say(uploaded_text(shown_name_, *uploaded, took_));
    if (session.wants_json()) session.print_json(uploaded_json(shown_name_, *uploaded, left_out_, took_));
    return ExitCode::kCompleted;
  }

 private:
  Result<storage::Uploaded> upload(Session& session) {
    SENNIT_ASSIGN(const storage::Pattern pattern, options_.pattern());
    SENNIT_ASSIGN(const storage::Effort effort, options_.effort());
    for (const std::string& tag : tags_) SENNIT_TRY(storage::check_new_tag(tag));
    storage::UploadRequest request;
    SENNIT_ASSIGN(request.labels, notes_of(labels_, "--label"));
    SENNIT_ASSIGN(request.metadata, notes_of(metadata_, "--metadata"));
    SENNIT_ASSIGN(storage::SendPlan plan, storage::plan_send(paths_, pattern, storage::SendNames::kAny));
    tell_left_out(session, plan);
    if (plan.files == 0) {
      return Error(ErrorCode::kInvalid, "there is no file to be sent; a dataset without files is not made");
    }
    request.parts.push_back({.files = std::move(plan), .below = {}});
    request.tags = tags_;
    request.created_by = user_name();
    if (add_) request.onto = storage::UploadRequest::Onto::kLatest;
    if (new_version_) request.if_same = storage::UploadRequest::IfSame::kVersion;
    // Without a version: it gets the next number, whatever is asked for.
    SENNIT_ASSIGN(const OpenDataset dataset, open_whole_dataset(session, name_, effort));
    shown_name_ = dataset.name.text();
    request.dataset = dataset.name.name;
    const auto work = [&request](const storage::DatasetWork& context) {
      return storage::upload(context, std::move(request));
    };
    Result<storage::Uploaded> uploaded = dataset.run->run(work);
    took_ = dataset.run->elapsed();
    return uploaded;
  }

  void tell_left_out(Session& session, const storage::SendPlan& plan) {
    for (const std::string& notice : plan.notices) session.warn(notice);
    if (plan.left_out > plan.notices.size()) {
      session.warn(fmt::format("{} more are not sent", plan.left_out - plan.notices.size()));
    }
    left_out_ = plan.left_out;
  }

  std::string name_;
  std::string shown_name_;
  std::vector<std::string> paths_;
  TransferOptions options_;
  std::vector<std::string> tags_;
  std::vector<std::string> labels_;
  std::vector<std::string> metadata_;
  bool add_ = false;
  bool new_version_ = false;
  std::uint64_t left_out_ = 0;
  Micros took_{};
};

}  // namespace

const CommandInfo kDatasetUploadCommand{
    .name = "dataset upload",
    .section = Section::kData,
    .summary = "Make a version of a dataset of files and directories",
    .examples =
        "sennit dataset upload digits 'digits/*'\n"
        "sennit dataset upload team/digits 'new/*' --add --tag best --label split=train",
    .details =
        "A version consists of the files that were given, and never changes. Only contents that the dataset does not\n"
        "have are sent, whatever the files are called; files that have not changed since they were last looked at are\n"
        "not read again. If the latest version is the same, none is made.\n"
        "\n"
        "What breaks off leaves nothing that anybody sees, and goes on where it was when it is given again. A file\n"
        "that is written to meanwhile is an error. Symbolic links, devices and pipes are left out, each with a "
        "warning.\n"
        "\n"
        "About buckets: `sennit dataset list --help`. About storages, keys and exit codes: `sennit data upload "
        "--help`.",
    .make = [] { return std::unique_ptr<Command>(new DatasetUploadCommand); }};

}  // namespace sennit::cli
