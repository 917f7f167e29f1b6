// A line of a workflow's history: view to text, pure.
#pragma once

#include <cstdint>
#include <string>

#include "cli/text/style.h"
#include "views/event_views.h"

namespace sennit::cli {

// One line, "20:06:40.150  train   ended   RUNNING -> FAILED   exit code 3: ...", and below it one for all others that
// the event moved alike: "20:06:40.150    WAITING -> PROCESSING -> SCHEDULING: tasks fit, score (waits for resources)".
// A group of one task moves as that does, and has no line for it.
// Among events of several workflows, each names its own.
enum class Subjects : std::uint8_t { kOfOne, kOfAll };
std::string event_text(const views::EventView& event, const Style& style, Subjects subjects = Subjects::kOfOne);

}  // namespace sennit::cli
