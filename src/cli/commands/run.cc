#include "cli/commands/commands.h"
#include "cli/commands/render_file.h"
#include "cli/commands/submission.h"
#include "cli/follow/interrupts.h"

namespace sennit::cli {
namespace {

class RunCommand final : public Command {
 public:
  Declaration declare() override {
    Declaration declaration = options_.declare_for_running();
    declaration.options.push_back(
        {.names = "-d,--detach", .value = "", .help = "print the id and do not wait", .target = &detach_});
    declaration.options.push_back(
        {.names = "--dry-run", .value = "", .help = "do what `render` does, and run nothing", .target = &dry_run_});
    declaration.options.push_back({.names = "--no-tui",
                                   .value = "",
                                   .help = "lines, with progress below them; no full-screen view",
                                   .target = &no_tui_});
    return declaration;
  }

  ExitCode run(Session& session) override {
    if (dry_run_) return render_to_stdout(session, options_);
    const auto prepared = prepare_file(session, options_);
    if (const auto* code = std::get_if<ExitCode>(&prepared)) return *code;
    const auto submitted = send_interruptibly(session, std::get<Prepared>(prepared));
    if (const auto* code = std::get_if<ExitCode>(&submitted)) return *code;
    const auto& reply = std::get<views::SubmitReply>(submitted);
    tell_submitted(session, reply);
    if (detach_) {
      print_submitted(session, reply);
      return ExitCode::kCompleted;
    }
    return follow_submitted(session, reply, no_tui_ ? Screen::kLines : Screen::kWhole);
  }

 private:
  // Whoever follows it then has interrupts of its own.
  static std::variant<views::SubmitReply, ExitCode> send_interruptibly(Session& session, const Prepared& prepared) {
    const Result<Interrupts> interrupts = Interrupts::open();
    if (!interrupts) return session.fail(interrupts.error());
    return send(session, prepared, interrupts->fd());
  }

  SubmissionOptions options_;
  bool detach_ = false;
  bool dry_run_ = false;
  bool no_tui_ = false;
};

class SubmitCommand final : public Command {
 public:
  Declaration declare() override {
    Declaration declaration = options_.declare_for_running();
    declaration.options.push_back(
        {.names = "--dry-run", .value = "", .help = "do what `render` does, and submit nothing", .target = &dry_run_});
    return declaration;
  }

  ExitCode run(Session& session) override {
    if (dry_run_) return render_to_stdout(session, options_);
    const auto prepared = prepare_file(session, options_);
    if (const auto* code = std::get_if<ExitCode>(&prepared)) return *code;
    const auto submitted = send(session, std::get<Prepared>(prepared), -1);
    if (const auto* code = std::get_if<ExitCode>(&submitted)) return *code;
    const auto& reply = std::get<views::SubmitReply>(submitted);
    tell_submitted(session, reply);
    print_submitted(session, reply);
    return ExitCode::kCompleted;
  }

 private:
  SubmissionOptions options_;
  bool dry_run_ = false;
};

}  // namespace

const CommandInfo kRunCommand{
    .name = "run",
    .section = Section::kRun,
    .summary = "Run a workflow file and follow it to its end",
    .examples =
        "sennit run flow.yaml\n"
        "sennit run flow.yaml --set epochs=3 lr=0.1\n"
        "sennit run sweep.yaml --gpus 0,1 --max-parallel 2\n"
        "sennit run flow.yaml --detach",
    .details =
        "On a terminal it opens the view of `sennit top`, which q leaves; the workflow goes on then. With --no-tui,\n"
        "with -q, in a pipe or in CI it prints a line for each change, and at the end what failed of what, what took\n"
        "longest, and where everything lies; on a terminal that is no CI's, what runs stands below the lines "
        "meanwhile.\n"
        "There Ctrl-C cancels the workflow and waits for its end, a second Ctrl-C leaves at once.\n"
        "The exit code is the workflow's: 0 completed, 1 failed, 3 cancelled, 4 timed out; 0 if it goes on.\n"
        "A closed terminal changes nothing for the workflow. With -o json its final status goes to stdout.",
    .make = [] { return std::unique_ptr<Command>(new RunCommand); }};

const CommandInfo kSubmitCommand{.name = "submit",
                                 .section = Section::kRun,
                                 .summary = "Start a workflow file and print its id",
                                 .examples =
                                     "sennit submit flow.yaml\n"
                                     "sennit submit flow.yaml -o json",
                                 .details = "Returns once the workflow is stored: from then on nothing loses it.",
                                 .make = [] { return std::unique_ptr<Command>(new SubmitCommand); }};

}  // namespace sennit::cli
