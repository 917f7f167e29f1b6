#include <fmt/format.h>

#include "base/printable.h"
#include "cli/commands/commands.h"
#include "cli/data/data_run.h"
#include "cli/data/place.h"
#include "cli/session.h"
#include "views/data.h"

namespace sennit::cli {
namespace {

class DataCheckCommand final : public Command {
 public:
  Declaration declare() override {
    return {.positionals = {{.name = "URI", .help = "a prefix: s3://bucket/path, ...", .target = &url_}},
            .options = {{.names = "-a,--access-type",
                         .value = "ACCESS",
                         .help = "READ, WRITE or DELETE; READ if not given",
                         .target = &access_,
                         .choices = {"READ", "WRITE", "DELETE"}}}};
  }

  ExitCode run(Session& session) override {
    Result<storage::Target> target = target_of(url_);
    if (!target) return session.fail(target.error());
    const Result<void> checked = check(session, std::move(*target));
    if (!checked && checked.error().code() == ErrorCode::kCancelled) return session.fail(checked.error());
    session.print_json(
        views::to_json(checked ? views::DataCheckView{.status = "pass", .error = {}}
                               : views::DataCheckView{.status = "fail", .error = checked.error().message()}));
    return checked ? ExitCode::kCompleted : ExitCode::kFailed;
  }

 private:
  storage::Access access() const {
    if (access_ && (*access_ == "WRITE" || *access_ == "write")) return storage::Access::kWrite;
    if (access_ && (*access_ == "DELETE" || *access_ == "delete")) return storage::Access::kDelete;
    return storage::Access::kRead;
  }

  Result<void> check(Session& session, storage::Target target) const {
    // Somebody waits for the answer: two attempts are enough.
    const storage::Effort effort{.rate_limit = {}, .retries = {.attempts = 2}};
    SENNIT_ASSIGN(const std::unique_ptr<DataRun> run, DataRun::open(session));
    return run->await<void>([&](storage::Checked done) {
      return run->storage().check(std::move(target), access(), effort, std::move(done));
    });
  }

  std::string url_;
  std::optional<std::string> access_;
};

}  // namespace

const CommandInfo kDataCheckCommand{
    .name = "data check",
    .section = Section::kData,
    .summary = "Tell whether the keys open a URL",
    .examples =
        "sennit data check s3://bucket/run-7\n"
        "sennit data check s3://bucket/run-7 -a WRITE",
    .details =
        "Prints {\"status\": \"pass\"}, or \"fail\" with an \"error\" that says why, and then ends with 1.\n"
        "Writing and deleting are tried out with an empty object named .sennit-access-check, which is removed\n"
        "again; keys that may write but not delete leave it there.",
    .make = [] { return std::unique_ptr<Command>(new DataCheckCommand); }};

}  // namespace sennit::cli
