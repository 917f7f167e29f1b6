#include "cli/commands/not_found.h"

#include <fmt/format.h>

#include "spec/suggest.h"

namespace sennit::cli {

ExitCode fail_for_workflow(Session& session, client::Api& api, const Error& error, std::string_view workflow) {
  if (error.code() != ErrorCode::kNotFound) return session.fail(error);
  const Result<views::WorkflowList> list =
      api.list({.limit = 200, .offset = 0, .statuses = {}, .name = {}, .user = {}});
  if (!list) return session.fail(error);
  spec::Nearest near(workflow);
  for (const views::WorkflowSummary& known : list->workflows) {
    if (known.name == workflow) return session.fail(error);  // it is there; something else was not found
    near.consider(known.name);
  }
  if (near.result().empty()) return session.fail(error, "`sennit list` shows the workflows");
  return session.fail(error, fmt::format("did you mean '{}'?", near.result()));
}

}  // namespace sennit::cli
