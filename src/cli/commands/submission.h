// From a file to a submitted workflow: what `run` and `submit` share.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cli/exit_code.h"
#include "cli/input/submission_options.h"
#include "cli/session.h"
#include "client/api.h"
#include "views/views.h"

namespace sennit::cli {

// A file that was read and, if that is cheap, found to be valid.
struct Prepared {
  std::string file;  // as the user named it
  views::SubmitRequest request;
};

// Either step gives an exit code after it has printed what was wrong.
std::variant<Prepared, ExitCode> prepare_file(Session& session, const SubmissionOptions& options);
// `wake_fd` ends the waiting early; -1: nothing does.
std::variant<views::SubmitReply, ExitCode> send(Session& session, const Prepared& prepared, int wake_fd);

// Mistakes in `file`, as its user knows it.
ExitCode refuse_with(Session& session, std::string_view file, const client::Refusal& refusal);
// Warnings.
void show(Session& session, const std::vector<views::DiagnosticView>& diagnostics);

// To the end of a workflow: in the view on the whole screen where there is one and it is wanted, else line by line.
enum class Screen : std::uint8_t { kLines, kWhole };
ExitCode follow_submitted(Session& session, const views::SubmitReply& reply, Screen screen);

// "Workflow digits-3 submitted", warnings: for people.
void tell_submitted(Session& session, const views::SubmitReply& reply);

// The id on stdout, or the reply as JSON.
void print_submitted(Session& session, const views::SubmitReply& reply);

}  // namespace sennit::cli
