#include "spec/convert/convert.h"

#include <fmt/format.h>

#include "cli/commands/commands.h"
#include "cli/input/submission_options.h"
#include "cli/output/file.h"
#include "cli/render/diagnostics.h"
#include "spec/write/workflow_file.h"

namespace sennit::cli {
namespace {

// A task must have one, and jobs name none.
constexpr std::string_view kImage = "oumi:latest";

class ConvertCommand final : public Command {
 public:
  Declaration declare() override {
    Declaration declaration = options_.declare_for_reading();
    const std::initializer_list<Option> own{
        {.names = "--to",
         .value = "FORMAT",
         .help = "osmo (tasks) or oumi (jobs); the other one of the file's if not given",
         .target = &to_,
         .choices = {"osmo", "oumi"}},
        {.names = "-O,--out",
         .value = "FILE",
         .help = "write there, not to standard output",
         .target = &out_,
         .completes = Completes::kFile},
        {.names = "--image", .value = "IMAGE", .help = "to osmo: the image of every task", .target = &image_},
        {.names = "--strict",
         .value = "",
         .help = "write nothing if something cannot be carried over",
         .target = &strict_}};
    declaration.options.insert(declaration.options.end(), own.begin(), own.end());
    return declaration;
  }

  ExitCode run(Session& session) override {
    const Result<Submission> submission = open_submission(options_);
    if (!submission) return session.fail(submission.error());
    if (!submission->config.ok()) return refuse(session, "the configuration", submission->config.diagnostics, 0);
    show(session, submission->config.diagnostics);
    const spec::Loaded loaded = check(options_, *submission, spec::Advice::kNone, spec::Notes::kPlaces).loaded;
    if (!loaded.ok()) return refuse(session, submission->file.name, loaded.diagnostics, loaded.more);
    show(session, loaded.diagnostics);
    const std::string_view format = loaded.workflow->dialect == Dialect::kJobs ? "oumi" : "osmo";
    if (to_ && *to_ == format) return keep(session, loaded);
    const spec::Converted converted = spec::convert(*loaded.workflow, *loaded.notes,
                                                    {.file = submission->file.name,
                                                     .source = submission->file.text,
                                                     .directory = submission->directory,
                                                     .image = image_.value_or(std::string(kImage)),
                                                     .config = &submission->config.config});
    show(session, converted.diagnostics);
    if (!converted.text) {
      return fail(session, converted,
                  fmt::format("{} cannot be written as {}", submission->file.name,
                              format == "oumi" ? "a tasks file" : "a jobs file"));
    }
    if (converted.more > 0) session.warn(fmt::format("{} more are not carried over", converted.more));
    if (strict_ && !converted.diagnostics.empty()) {
      return fail(session, converted, fmt::format("not everything in {} can be carried over", submission->file.name),
                  "without --strict the file is written all the same");
    }
    if (format == "oumi" && !image_) {
      session.say(fmt::format("note: every task has the image {}; --image names another", kImage));
    }
    return write(session, *converted.text);
  }

 private:
  // The file has no mistake, so this is not refuse().
  static ExitCode fail(Session& session, const spec::Converted& converted, std::string message,
                       std::string_view help = {}) {
    views::ErrorView error{.code = std::string(to_string(ErrorCode::kInvalid)),
                           .message = std::move(message),
                           .diagnostics = {},
                           .more_diagnostics = converted.more};
    for (const spec::Diagnostic& diagnostic : converted.diagnostics) error.diagnostics.push_back(view_of(diagnostic));
    session.fail(error, help);
    return ExitCode::kUsage;
  }

  // It is of that format already.
  ExitCode keep(Session& session, const spec::Loaded& loaded) {
    const Result<std::string> text = spec::write_workflow_file(*loaded.workflow, *loaded.notes);
    return text ? write(session, *text) : session.fail(text.error());
  }

  ExitCode write(Session& session, const std::string& text) {
    if (!out_) {
      session.out().write(text);
      return ExitCode::kCompleted;
    }
    const Result<void> written = write_file(*out_, text, IfExists::kReplace);
    return written ? ExitCode::kCompleted : session.fail(written.error());
  }

  SubmissionOptions options_;
  std::optional<std::string> to_;
  std::optional<std::string> out_;
  std::optional<std::string> image_;
  bool strict_ = false;
};

}  // namespace

const CommandInfo kConvertCommand{
    .name = "convert",
    .section = Section::kRun,
    .summary = "Write a tasks file as a jobs file, or the other way round",
    .examples =
        "sennit convert sweep.yaml -O tasks.yaml\n"
        "sennit convert flow.yaml --to oumi --strict",
    .details =
        "What the other format has no words for is told on stderr, with its place and why, and left out. The exit\n"
        "code is 0 all the same, or 2 with --strict, and then nothing is written. What cannot be said at all, such as\n"
        "a group of tasks that start together as jobs, is an error. Variables are filled in: a token of your\n"
        "environment that a jobs file names is in the tasks file. A file that has the wanted format already is\n"
        "written as `render -o yaml` does. Needs no server.",
    .make = [] { return std::unique_ptr<Command>(new ConvertCommand); }};

}  // namespace sennit::cli
