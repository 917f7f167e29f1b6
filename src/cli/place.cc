// Where this user's server is.
#include "cli/session.h"
#include "store/state_layout.h"

namespace sennit::cli {

Result<client::ServerPlace> Session::place() const {
  SENNIT_ASSIGN(const std::string state_dir, store::locate_state_dir(variable));
  store::StateLayout layout = store::layout_of(state_dir);
  return client::ServerPlace{.state_dir = std::move(layout.root),
                             .socket = std::move(layout.server_socket),
                             .lock = std::move(layout.server_lock),
                             .log = std::move(layout.server_log),
                             .executable = client::own_executable(),
                             .arguments = {}};
}

}  // namespace sennit::cli
