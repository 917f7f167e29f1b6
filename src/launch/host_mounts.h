// What of the host a task sees besides its own: its volumeMounts and the default_mounts of its platform.
//
// Threads: any; looks at the file system.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/task_body.h"

namespace sennit::launch {

struct HostMount {
  std::string source;  // on the host
  std::string path;    // where the task sees it
};

// `body`: its tokens are replaced. Of two at one path the task's own counts.
// Fails: kInvalid (a path where nothing can be put), kNotFound (nothing is at the source).
Result<std::vector<HostMount>> host_mounts(const TaskBody& body);

}  // namespace sennit::launch
