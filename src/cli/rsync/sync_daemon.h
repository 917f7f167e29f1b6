// Keeps a directory of a task like one of this machine, in the background, until the task has ended or somebody stops
// it: `sennit rsync upload --daemon` starts it as a process of its own.
//
// After a change it waits until it is quiet (debounce), and sends; now and then it sends without one (reconcile), for
// what was not told. What fails is tried again, ever less often.
//
// Threads: the main thread. Errors: in its record and its log.
#pragma once

#include "base/instant.h"
#include "cli/exit_code.h"
#include "cli/rsync/sync_words.h"
#include "cli/session.h"

namespace sennit::cli {

struct SyncDaemonOptions {
  SyncJob job;
  Micros debounce{};
  Micros reconcile{};
  std::uint64_t max_log_size = 0;  // bytes; then the log begins anew
};

ExitCode run_sync_daemon(Session& session, SyncDaemonOptions options);

}  // namespace sennit::cli
