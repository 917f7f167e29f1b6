#include "cli/data/access_check.h"

#include "cli/data/data_run.h"

namespace sennit::cli {

Result<void> check_access(Session& session, storage::Target target, storage::Access access) {
  // Somebody waits for the answer: two attempts are enough.
  const storage::Effort effort{.rate_limit = {}, .retries = {.attempts = 2}};
  SENNIT_ASSIGN(const std::unique_ptr<DataRun> run, DataRun::open(session));
  return run->await<void>(
      [&](storage::Checked done) { return run->storage().check(std::move(target), access, effort, std::move(done)); });
}

}  // namespace sennit::cli
