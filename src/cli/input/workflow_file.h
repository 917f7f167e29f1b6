// Reads the file that the user names, or says what is the matter with it.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace sennit::cli {

struct WorkflowFile {
  std::string name;       // as the user wrote it; "<stdin>" for "-"
  std::string text;       // not checked in any way
  std::string directory;  // absolute: where the file lies; for stdin, where the user stands
};

// `path` may be "-" for stdin. Blocking.
// Fails: kNotFound (with similar names of that directory), kInvalid (a directory, over `max_bytes`), kIo.
Result<WorkflowFile> read_workflow_file(const std::string& path, const std::string& current_directory,
                                        std::uint64_t max_bytes);

}  // namespace sennit::cli
