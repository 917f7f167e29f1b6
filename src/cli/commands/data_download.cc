#include "cli/commands/commands.h"
#include "cli/data/data_run.h"
#include "cli/data/place.h"
#include "cli/data/report.h"
#include "cli/session.h"

namespace sennit::cli {
namespace {

class DataDownloadCommand final : public Command {
 public:
  Declaration declare() override {
    std::vector<Option> options = options_.declare();
    // OSMO's command line has it; here every download goes on where one broke off.
    options.push_back({.names = "-r,--resume",
                       .value = "",
                       .help = "go on where a download broke off; always so",
                       .target = &resume_,
                       .shown = Option::Shown::kNo});
    return {.positionals = {{.name = "URI", .help = "a prefix or one object: s3://bucket/path, ...", .target = &url_},
                            {.name = "PATH",
                             .help = "the directory to put it in; it exists",
                             .target = &path_,
                             .completes = Completes::kFile}},
            .options = std::move(options)};
  }

  ExitCode run(Session& session) override {
    Result<storage::Moved> moved = download(session);
    if (!moved) return session.fail(moved.error());
    return tell_moved(session, {.doing = "Fetched", .url = url_, .left_out = 0, .took = took_}, *moved);
  }

 private:
  Result<storage::Moved> download(Session& session) {
    SENNIT_ASSIGN(storage::Target target, target_of(url_));
    SENNIT_ASSIGN(storage::Pattern pattern, options_.pattern());
    SENNIT_ASSIGN(const storage::Effort effort, options_.effort());
    SENNIT_ASSIGN(const std::unique_ptr<DataRun> run, DataRun::open(session));
    Result<storage::Moved> moved = run->await<storage::Moved>([&](storage::Transferred done) {
      return run->storage().fetch({.target = std::move(target), .directory = path_, .pattern = std::move(pattern)},
                                  effort, run->watcher(), std::move(done));
    });
    took_ = run->elapsed();
    return moved;
  }

  std::string url_;
  std::string path_;
  TransferOptions options_;
  bool resume_ = false;
  Micros took_{};
};

}  // namespace

const CommandInfo kDataDownloadCommand{
    .name = "data download",
    .section = Section::kData,
    .summary = "Fetch what lies below a URL into a directory",
    .examples =
        "sennit data download s3://bucket/run-7 results\n"
        "sennit data download s3://bucket/run-7 results -x 'logs/'",
    .details =
        "Paths below the URL are kept; a URL that names one object gives a file of its last name. Files that are\n"
        "there with the same size and checksum are left as they are, so that a download that broke off goes on where\n"
        "it was. Nothing is removed. An object whose name cannot be a file's, or leads out of the directory ('..'),\n"
        "is an error before anything is fetched; -x can leave it out. About storages, keys and exit codes:\n"
        "`sennit data upload --help`.",
    .make = [] { return std::unique_ptr<Command>(new DataDownloadCommand); }};

}  // namespace sennit::cli
