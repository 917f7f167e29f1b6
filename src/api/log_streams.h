// Logs as streams of text: of one task or of all, as far as written or followed until the end.
//
// Bytes are read from disk here, by threads of its own; the agent only says that a log has grown (design: bulk bytes
// never pass through the engine). A follower that does not take what it is sent is read for again when it does.
//
// Threads:   the loop's.
// Ownership: owns the responders until the end or until the client goes.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/log_query.h"
#include "api/records.h"
#include "engine/engine.h"
#include "http/responder.h"
#include "loop/loop.h"
#include "loop/worker_pool.h"

namespace sennit::api {

// Who says that a log has grown: the agent's runner.
class LogGrowth {
 public:
  virtual ~LogGrowth() = default;
  virtual void follow(const AttemptId& attempt) = 0;
  virtual void unfollow(const AttemptId& attempt) = 0;
  // Of one that is followed: what it writes is not read while anybody holds it.
  virtual void hold(const AttemptId& attempt) = 0;
  virtual void unhold(const AttemptId& attempt) = 0;
};

class LogStreams final : public engine::Observer {
 public:
  LogStreams(loop::Loop& loop, engine::Engine& engine, LogGrowth& growth, std::string runs_dir);
  ~LogStreams() override;

  void open(const Record& record, LogQuery query, std::unique_ptr<http::Responder> responder);

  // The log of an attempt that was followed has grown.
  void grew(const AttemptId& attempt);

  void committed(std::span<const Event> events, const core::State& state) override;

  // Called after a follower has left: what kept the server busy may be gone.
  void on_left(std::function<void()> function) { left_ = std::move(function); }

 private:
  class Follower;
  void remove(const Follower* follower);
  loop::WorkerPool& workers();

  loop::Loop& loop_;
  engine::Engine& engine_;
  LogGrowth& growth_;
  std::string runs_dir_;
  std::function<void()> left_;
  std::vector<std::unique_ptr<Follower>> followers_;
  std::optional<loop::WorkerPool> workers_;  // from the first request on
};

}  // namespace sennit::api
