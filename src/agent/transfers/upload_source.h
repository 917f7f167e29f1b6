// Where what is sent lies, and finding it: on a thread of its own, for a directory may have a million files.
//
// Threads:   the loop's; the walk itself is on a worker.
// Ownership: destroying a Finding tells nothing any more; the worker outlives it.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "loop/callback.h"
#include "loop/worker_pool.h"
#include "storage/local_tree.h"

namespace sennit::agent {

struct UploadSource {
  // A directory of ours that the task writes to: no link at or below it is followed. "": `path` is anywhere on the
  // host.
  std::string root;
  std::string path;  // below `root`, or absolute; "*" and ".../*": what is in it, else itself under its last name
  std::string regex;

  std::string shown() const { return root.empty() ? path : path == "*" ? root : root + "/" + path; }
};

// Blocks. What is not there yet has no files. Fails as plan_send; kConflict (a link has taken the place of `root`).
Result<storage::SendPlan> find_files(const UploadSource& source,
                                     storage::SendNames names = storage::SendNames::kOfObjects);

class Finding {
 public:
  using Done = loop::Callback<void(Result<storage::SendPlan>)>;
  Finding() = default;

  void start(loop::WorkerPool& workers, UploadSource source, Done done);

 private:
  std::shared_ptr<Done> done_;  // weakly shared with the work on its way, which finds it gone
};

}  // namespace sennit::agent
