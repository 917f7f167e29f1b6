// The engine's state as the objects that the API shows.
//
// Pure, except that the paths of logs and outputs are shown only where something lies (for small workflows).
#pragma once

#include <string>

#include "api/measure_board.h"
#include "api/transfer_board.h"
#include "base/instant.h"
#include "core/estimate.h"
#include "core/state.h"
#include "store/history.h"
#include "views/views.h"

namespace sennit::api {

enum class Attempts : std::uint8_t { kLatest, kAll };

struct ViewContext {
  const core::State& engine;  // hosts, and who holds what
  std::string runs_dir;       // of all workflows
  Instant now;
  core::KnownDurations durations = {};
  const TransferBoard* transfers = nullptr;  // null: nothing is known of them
  const MeasureBoard* measures = nullptr;    // likewise
};

// Where its results lie: the output_dir of a jobs file that names one, else the attempts' own directories.
std::string outputs_of(const Workflow& workflow, const std::string& id, const std::string& runs_dir);

views::WorkflowView view_of(const core::WorkflowState& workflow, const ViewContext& context, Attempts attempts);
views::WorkflowSummary summary_of(const store::WorkflowRow& row, Instant now);
views::TaskCounts counts_of(const core::WorkflowState& workflow);

}  // namespace sennit::api
