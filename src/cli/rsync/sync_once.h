// Synchronises once, in the foreground, and says what went wrong.
//
// Threads: the main thread; waits.
#pragma once

#include "cli/rsync/sync_words.h"
#include "cli/session.h"

namespace sennit::cli {

ExitCode sync_once(Session& session, SyncJob job);

// How much rsync is to say, by what this command was told.
SyncJob::Talk talk_of(Session& session, bool verbose, bool no_progress);

}  // namespace sennit::cli
