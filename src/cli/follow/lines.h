// What `run` prints while it follows: a line for each change, a line of progress, and the summary. Pure.
#pragma once

#include <optional>
#include <string>

#include "cli/follow/tally.h"
#include "cli/text/style.h"
#include "views/views.h"

namespace sennit::cli {

// The line for an event that people want to see, without its end; nullopt for the others. `before` is the tally without
// the event (it knows when the task started).
std::optional<std::string> change_line(const views::EventView& event, const Tally& before, const Style& style);

// "12/40 done, 4 running, 1 failed: train-7, train-9": at most `columns` wide.
std::string progress_line(const Tally& tally, std::size_t columns);

struct Ending {
  std::string workflow;
  std::string outputs;  // directory of logs and outputs; "": not known
};
// The lines at the end: how it went, the counts, the slowest tasks, where things lie.
std::string summary(const Ending& ending, const Tally& tally, const Style& style);

}  // namespace sennit::cli
