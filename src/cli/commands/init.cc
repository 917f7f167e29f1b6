#include <fmt/format.h>

#include "base/printable.h"
#include "cli/commands/commands.h"
#include "cli/output/file.h"
#include "cli/session.h"
#include "cli/starter/starter_files.h"
#include "views/json_writer.h"

namespace sennit::cli {
namespace {

class InitCommand final : public Command {
 public:
  Declaration declare() override {
    return {.positionals = {{.name = "FILE",
                             .help = "where to write it; workflow.yaml if not given, - is standard output",
                             .target = &file_,
                             .completes = Completes::kFile}},
            .options = {{.names = "--format",
                         .value = "FORMAT",
                         .help = "osmo (tasks) or oumi (jobs)",
                         .target = &format_,
                         .choices = {"osmo", "oumi"}},
                        {.names = "--force", .value = "", .help = "replace a file that is there", .target = &force_}}};
  }

  ExitCode run(Session& session) override {
    const std::string path = file_.value_or("workflow.yaml");
    const std::string_view text = format_ == "oumi" ? kJobsStarter : kTasksStarter;
    if (path == "-") {
      session.out().write(text);
      return ExitCode::kCompleted;
    }
    const Result<void> written = write_file(path, text, force_ ? IfExists::kReplace : IfExists::kRefuse);
    if (!written && written.error().code() == ErrorCode::kConflict) {
      return session.fail(Error(ErrorCode::kInvalid, written.error().message()), "--force replaces it");
    }
    if (!written) return session.fail(written.error());
    if (session.wants_json()) {
      std::string json;
      views::JsonWriter writer(json);
      writer.begin_object();
      writer.field("file", std::string_view(path));
      writer.field("format", std::string_view(format_));
      writer.end_object();
      session.print_json(json);
    }
    session.say(fmt::format("{0} written. Next:\n  sennit validate {0}\n  sennit run {0}", printable(path)));
    if (format_ == "oumi") session.say("Running it needs the oumi command, or another program: the file says how.");
    return ExitCode::kCompleted;
  }

 private:
  std::optional<std::string> file_;
  std::string format_ = "osmo";
  bool force_ = false;
};

}  // namespace

const CommandInfo kInitCommand{.name = "init",
                               .section = Section::kRun,
                               .summary = "Write a commented workflow file to start from",
                               .examples =
                                   "sennit init\n"
                                   "sennit init train.yaml --format oumi",
                               .details =
                                   "The file is valid as it is. Of tasks it also runs as it is; jobs need the `oumi` "
                                   "command,\nor a program that config.yaml names in its place.",
                               .make = [] { return std::unique_ptr<Command>(new InitCommand); }};

}  // namespace sennit::cli
