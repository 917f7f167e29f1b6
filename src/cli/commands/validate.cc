#include <fmt/format.h>

#include "cli/commands/commands.h"
#include "cli/input/submission_options.h"
#include "cli/render/diagnostics.h"
#include "cli/render/validation.h"
#include "cli/session.h"

namespace sennit::cli {
namespace {

class ValidateCommand final : public Command {
 public:
  Declaration declare() override {
    Declaration declaration = options_.declare_for_reading();
    declaration.options.push_back(
        {.names = "--strict", .value = "", .help = "take warnings for mistakes", .target = &strict_});
    return declaration;
  }

  ExitCode run(Session& session) override {
    Result<Submission> submission = open_submission(options_);
    if (!submission) return session.fail(submission.error());
    if (!submission->config.ok()) return refuse(session, "the configuration", submission->config.diagnostics, 0);
    const Checked checked = check(options_, *submission, spec::Advice::kGive);
    const spec::Loaded& loaded = checked.loaded;
    std::vector<spec::Diagnostic> diagnostics = submission->config.diagnostics;
    diagnostics.insert(diagnostics.end(), loaded.diagnostics.begin(), loaded.diagnostics.end());
    if (!loaded.ok() || (strict_ && !diagnostics.empty())) {
      return refuse(session, submission->file.name, diagnostics, loaded.more);
    }
    show(session, diagnostics);
    if (!diagnostics.empty()) session.say(fmt::format("  = help: {}", explain_hint(diagnostics)));
    const std::optional<spec::HourlyCost> cost = hourly_cost(loaded, *submission);
    if (session.wants_json()) {
      session.print_json(validation_json(*loaded.workflow, diagnostics, cost));
    } else {
      session.out().write(validation_text(*loaded.workflow, cost));
    }
    return ExitCode::kCompleted;
  }

 private:
  static std::optional<spec::HourlyCost> hourly_cost(const spec::Loaded& loaded, const Submission& submission) {
    const spec::Config& config = submission.config.config;
    const auto pool = config.pools.find(submission.pool.empty() ? config.default_pool : submission.pool);
    if (pool == config.pools.end()) return std::nullopt;
    return spec::hourly_cost(*loaded.workflow, spec::prices_for(loaded, pool->second));
  }

  SubmissionOptions options_;
  bool strict_ = false;
};

}  // namespace

const CommandInfo kValidateCommand{
    .name = "validate",
    .section = Section::kRun,
    .summary = "Find every mistake in a workflow file, with its place",
    .examples =
        "sennit validate flow.yaml\n"
        "sennit validate flow.yaml --set epochs=3 lr=0.1\n"
        "sennit validate flow.yaml --strict",
    .details =
        "Needs no server and changes nothing. Exit code 0 if the file is valid, 2 if it is not. Warnings are\n"
        "shown and change nothing, unless --strict is given. Some of them are advice that only this command gives.\n"
        "Where a price of a GPU-hour is known, it tells what an hour of all of the file's GPUs costs; how long they "
        "run\n"
        "`run` estimates from earlier runs, and `status` goes on with it.\n"
        "With -o json: an object with `diagnostics`, or {\"error\": ...} with them.",
    .make = [] { return std::unique_ptr<Command>(new ValidateCommand); }};

}  // namespace sennit::cli
