// What failed in a workflow, and the lines of the logs that say why.
//
// Threads: the loop's. Reads the ends of a few logs.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "api/records.h"
#include "core/explain.h"
#include "core/state.h"
#include "engine/engine.h"
#include "http/message.h"
#include "http/responder.h"
#include "views/views.h"

namespace sennit::api {

struct FailureLimits {
  static constexpr std::uint64_t kMostTasks = 100;
  static constexpr std::uint64_t kMostLines = 100;
  std::uint64_t tasks = 10;
  std::uint64_t lines = 10;  // of each
};

// `runs_dir` is the workflow's own.
views::FailureList failures_of(const core::WorkflowState& workflow, core::Explanations& explanations,
                               const std::string& runs_dir, const FailureLimits& limits);

// The requests for it.
class FailureRequests {
 public:
  // `runs_dir` is that of all workflows.
  FailureRequests(engine::Engine& engine, Records& records, std::string runs_dir)
      : engine_(engine), records_(records), runs_dir_(std::move(runs_dir)) {}

  void answer(const std::string& reference, const http::Request& request, http::Responder& responder) const;

 private:
  engine::Engine& engine_;
  Records& records_;
  std::string runs_dir_;
};

}  // namespace sennit::api
