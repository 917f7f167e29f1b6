// A transfer in the words of a task's log. Pure.
#pragma once

#include <string>

#include "base/instant.h"
#include "storage/storage.h"

namespace sennit::agent {

std::string seconds_text(double seconds);  // "1.2 s", "4 min 5 s"
// "3 files".
std::string count_text(std::uint64_t files);
// "3 files, 12 MiB in 1.2 s; 1 was there already".
std::string moved_text(const storage::Moved& moved, Micros took);
// "12 MiB of 3 GiB, 40%, 1 of 3 files, 12 MiB/s, 5 s left".
std::string progress_text(const storage::Progress& progress);

}  // namespace sennit::agent
