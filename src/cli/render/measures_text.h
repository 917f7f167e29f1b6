// How many tasks stand where, and what an attempt used: the parts of a line that several outputs share.
#pragma once

#include <optional>
#include <string>

#include "views/workflow_views.h"

namespace sennit::cli {

// "6 in all, 1 running, 5 waiting"
std::string counts_text(const views::TaskCounts& counts);

// "-" if it is not known.
std::string memory_of(const std::optional<views::UsageView>& usage);
std::string cpu_of(const std::optional<views::UsageView>& usage);

}  // namespace sennit::cli
