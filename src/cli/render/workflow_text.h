// A workflow's status, the list of workflows, and why it waits: views to text, pure.
#pragma once

#include <cstdint>
#include <string>

#include "cli/text/style.h"
#include "views/views.h"

namespace sennit::cli {

enum class Detail : std::uint8_t {
  kNormal,   // a long workflow shows what runs and what failed
  kVerbose,  // every task and every attempt
  kWide,     // every task, with more columns
};

// As OSMO's `query`: a block of facts, a table of tasks; with reasons beside.
std::string status_text(const views::WorkflowView& workflow, Detail detail, const Style& style);

// As OSMO's `list`, the newest at the bottom, where the eye is.
std::string list_text(const views::WorkflowList& list, Detail detail, const Style& style);

std::string why_text(const views::WhyView& why, const Style& style);

std::string server_text(const views::ServerView& server);

}  // namespace sennit::cli
