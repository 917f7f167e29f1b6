#include <fmt/format.h>

#include "base/printable.h"
#include "cli/commands/commands.h"
#include "cli/data/data_run.h"
#include "cli/data/place.h"
#include "cli/data/report.h"
#include "cli/session.h"

namespace sennit::cli {
namespace {

class DataUploadCommand final : public Command {
 public:
  Declaration declare() override {
    return {.positionals = {{.name = "URI", .help = "where it goes: s3://bucket/path, ...", .target = &url_},
                            {.name = "PATH",
                             .help = "a file or a directory, sent under its last name; the contents alone: DIR/*",
                             .target = &paths_,
                             .completes = Completes::kFile}},
            .options = options_.declare()};
  }

  ExitCode run(Session& session) override {
    Result<storage::Moved> moved = upload(session);
    if (!moved) return session.fail(moved.error());
    return tell_moved(session, {.doing = "Sent", .url = url_, .left_out = left_out_, .took = took_}, *moved);
  }

 private:
  Result<storage::Moved> upload(Session& session) {
    SENNIT_ASSIGN(storage::Target target, target_of(url_));
    SENNIT_ASSIGN(const storage::Pattern pattern, options_.pattern());
    SENNIT_ASSIGN(const storage::Effort effort, options_.effort());
    SENNIT_ASSIGN(storage::SendPlan plan, storage::plan_send(paths_, pattern));
    for (const std::string& notice : plan.notices) session.warn(notice);
    if (plan.left_out > plan.notices.size()) {
      session.warn(fmt::format("{} more are not sent", plan.left_out - plan.notices.size()));
    }
    left_out_ = plan.left_out;
    SENNIT_ASSIGN(const std::unique_ptr<DataRun> run, DataRun::open(session));
    Result<storage::Moved> moved = run->await<storage::Moved>([&](storage::Transferred done) {
      return run->storage().send({.target = std::move(target), .plan = std::move(plan)}, effort, run->watcher(),
                                 std::move(done));
    });
    took_ = run->elapsed();
    return moved;
  }

  std::string url_;
  std::vector<std::string> paths_;
  TransferOptions options_;
  std::uint64_t left_out_ = 0;
  Micros took_{};
};

}  // namespace

const CommandInfo kDataUploadCommand{
    .name = "data upload",
    .section = Section::kData,
    .summary = "Send files and directories to a storage",
    .examples =
        "sennit data upload s3://bucket/models model\n"
        "sennit data upload s3://bucket/run-7 'out/*' -x '.*\\.pt$'",
    .details =
        "Only what has changed is sent: a file whose size and checksum are those of the object is left as it is.\n"
        "So a transfer that broke off goes on where it was when it is given again. Symbolic links, devices and pipes\n"
        "are not sent, each with a warning. A file whose name is not UTF-8 or has a control character in it is an\n"
        "error before anything is sent.\n"
        "\n"
        "Storages: s3://bucket, gs://bucket, azure://account/container, swift://host/account/container,\n"
        "tos://host/bucket, each with a path behind it, and file:///path. Keys come from the environment:\n"
        "SENNIT_DATA_ACCESS_KEY_ID, SENNIT_DATA_ACCESS_KEY and, for a server of one's own,\n"
        "SENNIT_DATA_OVERRIDE_URL; or those of Amazon's and Azure's own tools (AWS_ACCESS_KEY_ID,\n"
        "AZURE_STORAGE_KEY, ...).\n"
        "\n"
        "The exit code is 0 when all of it is there, 2 for wrong keys or names, 3 after Ctrl-C, and 10 when the\n"
        "server could not be reached in five attempts.",
    .make = [] { return std::unique_ptr<Command>(new DataUploadCommand); }};

}  // namespace sennit::cli
