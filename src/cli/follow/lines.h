// What `run` prints while it follows, a line for each change and now and then one of how far it is. Pure.
#pragma once

#include <optional>
#include <string>

#include "base/instant.h"
#include "cli/follow/tally.h"
#include "cli/text/style.h"
#include "views/views.h"

namespace sennit::cli {

// "20:06:43 digits-3 [12/40] train FAILED after 5.0 s, exit code 7: no data": the line for an event that people want to
// see, without its end; nullopt for the others. `before` is the tally without the event (it knows when the task
// started).
std::optional<std::string> change_line(const views::EventView& event, const Tally& before, const Style& style);

// Of the changes of a large workflow, those that matter to somebody who does not look at each task.
bool is_news(const views::EventView& event);

// "20:06:43 digits-3 [12/40] 1 failed, 2 running: train-7 2 m 05 s, train-9 12.0 s".
std::string progress_line(const Tally& tally, Instant now, const Style& style);

// ", exit code 7: no data": what is known of it.
std::string how_it_ended(const std::optional<std::int32_t>& exit_code, std::string_view message);

}  // namespace sennit::cli
