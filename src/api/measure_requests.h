// The requests about how far tasks are, what they use, and what they have left: what is known of them in memory and
// what lies on disk, which is read on a thread of its own, for that may be much.
//
// Threads:   the loop's.
// Ownership: references must outlive it.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "api/measure_board.h"
#include "api/records.h"
#include "engine/engine.h"
#include "http/server.h"
#include "loop/loop.h"
#include "loop/worker_pool.h"

namespace sennit::api {

class MeasureRequests {
 public:
  MeasureRequests(loop::Loop& loop, engine::Engine& engine, Records& records, const MeasureBoard& measures,
                  std::string runs_dir)
      : loop_(loop), engine_(engine), records_(records), measures_(measures), runs_dir_(std::move(runs_dir)) {}

  void metrics(const std::string& reference, const http::Request& request, std::unique_ptr<http::Responder> responder);
  void artifacts(const std::string& reference, const http::Request& request,
                 std::unique_ptr<http::Responder> responder);

  // Called when a request is answered; pending() are under way.
  void on_answered(std::function<void()> function) { on_answered_ = std::move(function); }
  std::size_t pending() const { return pending_; }

 private:
  loop::WorkerPool& files();
  template <class Read>
  void answer(Read read, std::unique_ptr<http::Responder> responder);

  loop::Loop& loop_;
  engine::Engine& engine_;
  Records& records_;
  const MeasureBoard& measures_;
  std::string runs_dir_;
  std::function<void()> on_answered_;
  std::size_t pending_ = 0;
  std::unique_ptr<loop::WorkerPool> files_;  // made with the first question
};

}  // namespace sennit::api
