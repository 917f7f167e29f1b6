// Where things lie: the one place that knows the names in the state directory (docs/formats/state.md).
//
// Threads: pure values, any thread; no file is made or changed here.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sennit::store {

// The value of an environment variable, if it is set.
using VariableLookup = std::function<std::optional<std::string>(std::string_view)>;

// The state directory of this user: $SENNIT_HOME/state, else $XDG_STATE_HOME/sennit, else ~/.local/state/sennit.
// Absolute; made nowhere. kInvalid: a variable holds a relative path; kNotFound: there is no home directory either.
Result<std::string> locate_state_dir(const VariableLookup& lookup);

// Where datasets lie if no other bucket is named: $SENNIT_HOME/datasets, else below $XDG_DATA_HOME/sennit or
// ~/.local/share/sennit. Fails as locate_state_dir does.
Result<std::string> locate_dataset_dir(const VariableLookup& lookup);
// For what may be lost: $SENNIT_HOME/cache, $XDG_CACHE_HOME/sennit or ~/.cache/sennit.
Result<std::string> locate_cache_dir(const VariableLookup& lookup);

// All of it absolute. Sockets lie in the directory too unless their paths would be too long for the system: then in
// /tmp/sennit-<uid>/<hash of the state directory>, which depends on nothing but the directory's name, so that a shell,
// a cron job and the server itself agree.
struct StateLayout {
  std::string root;
  std::string server_socket;
  std::string agent_socket;
  std::string socket_dir;  // root, or the short one
  std::string server_lock;
  std::string agent_lock;
  std::string store;
  std::string key;
  std::string instance;
  std::string server_log;
  std::string agent_log;
  std::string runs;
  std::string spool;
};

StateLayout layout_of(const std::string& state_dir);

}  // namespace sennit::store
