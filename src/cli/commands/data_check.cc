#include <fmt/format.h>

#include "base/printable.h"
#include "cli/commands/commands.h"
#include "cli/data/access_check.h"
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
    const Result<void> checked = check_access(session, std::move(*target), access());
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
