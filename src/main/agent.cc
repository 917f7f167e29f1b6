#include "main/programs.h"

#include "agent/run.h"
#include "base/version.h"
#include "main/surroundings.h"

namespace sennit::main {

int agent(const cli::AgentOptions& /*options*/) {
  const Result<store::StateDir> state = open_state_dir();
  if (!state) {
    log_line(Level::kError, state.error().message());
    return 1;
  }
  const store::StateLayout& layout = state->layout();
  return agent::run_agent({.instance = state->instance(),
                           .version = std::string(kVersion),
                           .socket = layout.agent_socket,
                           .lock = layout.agent_lock,
                           .spool_dir = layout.spool,
                           .log = layout.agent_log,
                           .start_server = [log = layout.server_log] { return start_self("serve", log); }});
}

}  // namespace sennit::main
