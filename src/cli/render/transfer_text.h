// A transfer of data as text. Pure.
#pragma once

#include <cstddef>
#include <string>

#include "base/instant.h"
#include "storage/storage.h"

namespace sennit::cli {

// "512 MiB of 2 GiB, 25%, 3 of 12 files, 64 MiB/s, 24.0 s left": what is known of it, at most `columns` wide.
std::string transfer_line(const storage::Progress& progress, std::size_t columns);

// "12 files, 2 GiB in 35.0 s, 58.5 MiB/s; 3 were there already".
std::string transfer_summary(const storage::Moved& moved, Micros took);

}  // namespace sennit::cli
