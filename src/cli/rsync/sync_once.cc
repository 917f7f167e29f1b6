#include "cli/rsync/sync_once.h"

#include <utility>

#include "cli/not_found.h"
#include "cli/rsync/remote_rsync.h"
#include "cli/rsync/sync_run.h"

namespace sennit::cli {

ExitCode sync_once(Session& session, SyncJob job) {
  Result<std::string> words = find_remote_rsync(session, job.workflow, job.task);
  if (!words) return fail_for_workflow(session, words.error(), job.workflow, job.task);
  job.remote_rsync = std::move(*words);
  ignore(session.out().flush(), "what follows is rsync's");
  const Result<client::ServerPlace> place = session.place();
  if (!place) return session.fail(place.error());
  const Result<int> code = run_rsync(rsync_words(job, place->executable));
  if (!code) return session.fail(code.error());
  if (*code == 0) return ExitCode::kCompleted;
  return session.fail(Error(ErrorCode::kConflict, rsync_failure(*code)));
}

SyncJob::Talk talk_of(Session& session, bool verbose, bool no_progress) {
  if (verbose) return SyncJob::Talk::kVerbose;
  const bool shows = !no_progress && !session.is_quiet() && session.out().is_terminal();
  return shows ? SyncJob::Talk::kProgress : SyncJob::Talk::kQuiet;
}

}  // namespace sennit::cli
