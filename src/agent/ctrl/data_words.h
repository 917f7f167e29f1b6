// The words of `sennit data` as a task gives them.
//
// Threads: pure functions. Errors: kInvalid, for the user.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "storage/storage.h"

namespace sennit::agent {

struct DataWords {
  enum class Verb : std::uint8_t { kUpload, kDownload, kList, kDelete, kCheck } verb = Verb::kList;
  std::string url;
  std::string path;  // below the output directory; "*": all of it. Of uploads and downloads
  std::string regex;
  storage::Access access = storage::Access::kRead;  // that it takes; of kCheck: that is tried out
};

// `words` begin with "data"; relative paths are from `directory`, both as the task sees them.
Result<DataWords> parse_data_words(const std::vector<std::string>& words, const std::string& directory);

}  // namespace sennit::agent
