#include <fmt/format.h>

#include "base/printable.h"
#include "cli/commands/commands.h"
#include "cli/data/data_run.h"
#include "cli/data/place.h"
#include "cli/input/consent.h"
#include "cli/session.h"
#include "views/data.h"

namespace sennit::cli {
namespace {

class DataDeleteCommand final : public Command {
 public:
  Declaration declare() override {
    return {.positionals = {{.name = "URI", .help = "a prefix or one object: s3://bucket/path, ...", .target = &url_}},
            .options = {{.names = "-x,--regex",
                         .value = "REGEX",
                         .help = "only paths below the URL that begin with what this matches (RE2)",
                         .target = &options_.regex},
                        {.names = "-y,--yes", .value = "", .help = "do not ask", .target = &yes_}}};
  }

  ExitCode run(Session& session) override {
    Result<storage::Target> target = target_of(url_);
    if (!target) return session.fail(target.error());
    Result<storage::Pattern> pattern = options_.pattern();
    if (!pattern) return session.fail(pattern.error());
    if (!yes_ && refused(session, target->location)) return ExitCode::kCancelled;
    Result<storage::Moved> removed = remove(session, std::move(*target), std::move(*pattern));
    if (!removed) return session.fail(removed.error());
    session.say(removed->files == 0 ? fmt::format("Nothing to delete below {}", printable(url_))
                                    : fmt::format("Deleted {} objects below {}", removed->files, printable(url_)));
    if (session.wants_json()) {
      session.print_json(
          views::to_json(views::DataTransferView{.url = url_, .files = removed->files, .bytes = removed->bytes}));
    }
    return ExitCode::kCompleted;
  }

 private:
  // A script is not asked: OSMO's command line asks nobody.
  bool refused(Session& session, const storage::Location& location) const {
    const std::string what = options_.regex ? fmt::format("what matches '{}'", *options_.regex) : "everything";
    return ask(session, fmt::format("Delete {} below {}?", what, location.text())) == Consent::kRefused;
  }

  static Result<storage::Moved> remove(Session& session, storage::Target target, storage::Pattern pattern) {
    SENNIT_ASSIGN(const std::unique_ptr<DataRun> run, DataRun::open(session));
    return run->await<storage::Moved>([&](storage::Transferred done) {
      return run->storage().remove({.target = std::move(target), .pattern = std::move(pattern)}, {}, std::move(done));
    });
  }

  std::string url_;
  TransferOptions options_;
  bool yes_ = false;
};

}  // namespace

const CommandInfo kDataDeleteCommand{
    .name = "data delete",
    .section = Section::kData,
    .summary = "Remove what lies below a URL",
    .examples =
        "sennit data delete s3://bucket/run-7\n"
        "sennit data delete s3://bucket/run-7 -x 'tmp/' -y",
    .details = "Asks first on a terminal. What is listed when it begins is what goes; what comes meanwhile stays.",
    .make = [] { return std::unique_ptr<Command>(new DataDeleteCommand); }};

}  // namespace sennit::cli
