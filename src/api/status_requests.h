// The requests about what one workflow is at, and why. Explanations and estimates go by how long earlier runs took,
// which is read from the store first.
//
// Threads:   the loop's.
// Ownership: references must outlive it.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api/boards.h"
#include "api/records.h"
#include "api/run_history.h"
#include "api/status_streams.h"
#include "api/workflow_view.h"
#include "core/estimate.h"
#include "engine/engine.h"
#include "http/server.h"
#include "loop/callback.h"
#include "loop/loop.h"
#include "loop/worker_pool.h"
#include "store/store.h"

namespace sennit::api {

class StatusRequests {
 public:
  StatusRequests(loop::Loop& loop, loop::WorkerPool& workers, engine::Engine& engine, store::Store& store,
                 Records& records, Boards& boards, std::string runs_dir);

  // Whole, in pieces, or followed.
  void status(const std::string& reference, const http::Request& request, std::unique_ptr<http::Responder> responder);
  void why(const std::string& reference, const http::Request& request, std::unique_ptr<http::Responder> responder);

  // Calls `then` once it is known how long the tasks of the record's earlier runs took, and of those that hold what its
  // tasks may wait for.
  void with_history(const Record& record, loop::Callback<void()> then);
  core::KnownDurations durations_for(const core::WorkflowState& workflow) const;

  // Called when a request is answered, or a follower has left; pending() wait for the store.
  void on_answered(std::function<void()> function);
  std::size_t pending() const { return pending_; }

 private:
  void show_status(const std::string& reference, Attempts attempts, http::Responder& responder);
  void stream_status(const std::string& reference, StatusStreams::Until until,
                     std::unique_ptr<http::Responder> responder);
  void explain(const std::string& reference, std::optional<TaskIndex> task, http::Responder& responder);
  ViewContext context_for(const core::WorkflowState& workflow) const;

  engine::Engine& engine_;
  Records& records_;
  Boards& boards_;
  std::string runs_dir_;
  RunHistory history_;
  StatusStreams streams_;
  std::function<void()> on_answered_;
  std::size_t pending_ = 0;
};

}  // namespace sennit::api
