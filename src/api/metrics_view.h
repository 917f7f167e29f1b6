// What is on disk of how far attempts were and what they used, as the API shows it.
//
// Threads: any; blocks on the file system. Errors: what cannot be read is left out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "views/views.h"

namespace sennit::api {

enum class Points : std::uint8_t { kNone, kAll };

// Fills in what is on disk of the attempt that the view names. What it has already, of a task that runs, is newer.
void add_series(const std::string& runs_dir, Points points, views::TaskMetricsView& view);

}  // namespace sennit::api
