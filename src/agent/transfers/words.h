// A transfer in the words of a task's log. Pure.
#pragma once

#include <string>

#include "base/instant.h"
#include "model/transfer.h"
#include "storage/storage.h"

namespace sennit::agent {

// "3 files".
std::string count_text(std::uint64_t files);
// "3 files, 12 MiB in 1.2 s; 1 was there already".
std::string moved_text(const storage::Moved& moved, Micros took);
TransferProgress progress_of(const storage::Progress& progress);

}  // namespace sennit::agent
