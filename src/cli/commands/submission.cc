#include "cli/commands/submission.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "base/clock.h"
#include "base/printable.h"
#include "base/time_text.h"
#include "cli/follow/interrupts.h"
#include "cli/follow/run_follower.h"
#include "cli/follow/whole_screen.h"
#include "cli/render/cost_text.h"
#include "cli/render/diagnostics.h"
#include "cli/text/counted.h"
#include "client/api.h"
#include "views/json.h"

namespace sennit::cli {
namespace {

// The server parses while the client waits; a million tasks take seconds, on a busy machine many.
constexpr std::chrono::minutes kPatience{10};
// An end that is nearer is not announced: it comes before the line has been read.
constexpr std::chrono::seconds kWorthTelling{10};

std::vector<spec::Diagnostic> diagnostics_of(const std::vector<views::DiagnosticView>& views) {
  std::vector<spec::Diagnostic> diagnostics;
  for (const views::DiagnosticView& view : views) diagnostics.push_back(diagnostic_of(view));
  return diagnostics;
}

ExitCode fail_to_submit(Session& session, const Error& error) {
  if (error.code() == ErrorCode::kCancelled) {
    return session.fail(error, "`sennit list` tells whether it was submitted before");
  }
  return session.fail(error);
}

}  // namespace

std::variant<Prepared, ExitCode> prepare_file(Session& session, const SubmissionOptions& options) {
  const Result<Submission> submission = open_submission(options);
  if (!submission) return session.fail(submission.error());
  if (!submission->config.ok()) return refuse(session, "the configuration", submission->config.diagnostics, 0);
  if (submission->pool_file) {
    return session.fail(Error(ErrorCode::kInvalid,
                              fmt::format("--pool {} is a file; a workflow runs in a pool of the server's, by its name",
                                          *submission->pool_file)),
                        "`sennit validate` and `sennit render` take files");
  }
  std::map<std::string, std::string> files;
  if (local_check_for(submission->file.text) == LocalCheck::kDo) {
    Checked checked = check(options, *submission, spec::Advice::kNone);
    if (!checked.loaded.ok()) {
      return refuse(session, submission->file.name, checked.loaded.diagnostics, checked.loaded.more);
    }
    files = std::move(checked.files);
  }
  show(session, submission->config.diagnostics);
  return Prepared{.file = submission->file.name, .request = bundle(options, *submission, std::move(files))};
}

std::variant<views::SubmitReply, ExitCode> send(Session& session, const Prepared& prepared, int wake_fd) {
  http::ClientOptions patient;
  patient.timeout = kPatience;
  patient.wake_fd = wake_fd;
  Result<client::Api> api = session.connect(client::IfAbsent::kStart, patient);
  if (!api) return fail_to_submit(session, api.error());
  Result<client::SubmitOutcome> outcome = api->submit(prepared.request);
  if (!outcome) return fail_to_submit(session, outcome.error());
  if (const auto* refusal = std::get_if<client::Refusal>(&*outcome)) {
    return refuse_with(session, prepared.file, *refusal);
  }
  return std::get<views::SubmitReply>(std::move(*outcome));
}

ExitCode refuse_with(Session& session, std::string_view file, const client::Refusal& refusal) {
  return refuse(session, file, diagnostics_of(refusal.diagnostics), refusal.more_diagnostics);
}

void show(Session& session, const std::vector<views::DiagnosticView>& diagnostics) {
  show(session, diagnostics_of(diagnostics));
}

ExitCode follow_submitted(Session& session, const views::SubmitReply& reply, Screen screen) {
  Followed followed{.workflow = reply.name, .tasks = reply.tasks, .outputs = reply.outputs, .after = reply.last_event};
  if (screen == Screen::kWhole && reply.tui.value_or(true) && can_show_view(session)) {
    if (show_view(session, reply.name) == Left::kUnfinished) {
      session.say(fmt::format("{0} goes on: `sennit top {0}` shows it again, `sennit cancel {0}` ends it",
                              printable(reply.name)));
      return ExitCode::kCompleted;
    }
    followed.only_summary = true;
  }
  Result<Interrupts> interrupts = Interrupts::open();
  if (!interrupts) return session.fail(interrupts.error());
  return RunFollower(session, *interrupts, std::move(followed)).follow();
}

void tell_submitted(Session& session, const views::SubmitReply& reply) {
  show(session, diagnostics_of(reply.diagnostics));
  for (const std::string& warning : reply.warnings) session.warn(warning);
  for (const std::string& notice : reply.notices) session.say(printable(notice));
  const std::string from = reply.parent_name.empty() ? "" : fmt::format(", from {}", printable(reply.parent_name));
  session.say(fmt::format("Workflow {} submitted: {}{}", printable(reply.name), counted(reply.tasks, "task"), from));
  if (const std::string cost = reply.cost ? estimate_text(*reply.cost) : ""; !cost.empty()) {
    session.say("Estimated cost: " + cost);
  }
  if (reply.expected_end_time > SystemClock().now() + kWorthTelling) {
    session.say(fmt::format("Expected to end at {}, going by earlier runs", date_time(reply.expected_end_time)));
  }
}

void print_submitted(Session& session, const views::SubmitReply& reply) {
  if (session.wants_json()) {
    session.print_json(to_json(reply));
  } else {
    session.out().write(reply.name + "\n");
  }
}

}  // namespace sennit::cli
