// Pools and hosts for people: OSMO's columns.
#pragma once

#include <string>

#include "cli/text/style.h"
#include "views/views.h"

namespace sennit::cli {

// What the numbers say: what is used of how much, or what is left.
enum class UsageMode : std::uint8_t { kUsed, kFree };

std::string pools_text(const views::PoolList& list, UsageMode mode, const Style& style);
std::string nodes_text(const views::NodeList& list, UsageMode mode, const Style& style);
// One host with its pools and devices.
std::string node_text(const views::NodeView& node, const Style& style);

}  // namespace sennit::cli
