// Reads the file that the user names, or says what is the matter with it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sennit::cli {

struct WorkflowFile {
  std::string name;       // as the user wrote it; "<stdin>" for "-"
  std::string text;       // UTF-8
  std::string directory;  // absolute: where the file lies; for stdin, where the user stands
};

// `path` may be "-" for stdin. Blocking.
// Fails: kNotFound (with similar names of that directory), kInvalid (a directory, not UTF-8, over `max_bytes`),
// kIo.
Result<WorkflowFile> read_workflow_file(const std::string& path, const std::string& current_directory,
                                        std::uint64_t max_bytes);

// The place of the first byte that is not UTF-8, as "line 3, column 5"; "" if there is none.
std::string place_of_bad_utf8(std::string_view text);

}  // namespace sennit::cli
