#include "cli/follow/whole_screen.h"

#include <unistd.h>

namespace sennit::cli {

bool can_show_view(Session& session) {
  if (session.is_quiet() || session.wants_json() || !session.programs().view) return false;
  if (::isatty(STDIN_FILENO) == 0 || !session.out().is_terminal() || !session.err().is_terminal()) return false;
  const std::string term = variable("TERM").value_or("");
  return !term.empty() && term != "dumb" && !variable("CI");
}

Result<void> open_view(const Session& session, const std::string& workflow) {
  SENNIT_ASSIGN(const client::ServerPlace place, session.place());
  return session.programs().view({.place = place, .user = user_name(), .workflow = workflow});
}

Left show_view(Session& session, const std::string& workflow) {
  if (!open_view(session, workflow)) return Left::kOver;
  Result<client::Api> api = session.connect();
  if (!api) return Left::kOver;
  const Result<views::WorkflowView> seen = api->workflow(workflow);
  return seen && !seen->end_time.is_set() ? Left::kUnfinished : Left::kOver;
}

}  // namespace sennit::cli
