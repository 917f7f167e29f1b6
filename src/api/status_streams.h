// Workflows' states as server-sent events: all of one first, in pieces, then what has changed of it as it changes.
//
// A piece is a status as the API shows it, with only those groups that it tells. What changes faster than a follower
// takes it, or than is worth telling, is told once, as it is then: nothing is buffered without bound, and what a
// follower knows in the end is what is. There is no cursor: who comes back is told all of it again.
//
// Threads:   the loop's.
// Ownership: owns the responders until the workflow ends or the client goes.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "api/records.h"
#include "api/workflow_view.h"
#include "engine/engine.h"
#include "http/responder.h"
#include "loop/loop.h"

namespace sennit::api {

class StatusStreams final : public engine::Observer {
 public:
  // What a workflow is looked at with, now.
  using Context = std::function<ViewContext(const core::WorkflowState&)>;
  enum class Until : std::uint8_t { kListed, kEnd };  // all has been told once; the workflow is finished

  StatusStreams(loop::Loop& loop, engine::Engine& engine, Records& records, Context context);
  ~StatusStreams() override;

  void open(const Record& record, Until until, std::unique_ptr<http::Responder> responder);

  void committed(std::span<const Event> events, const core::State& state) override;
  // How far the task is, or what it uses, is known anew.
  void measured(const AttemptId& attempt);

  // Called after a follower has left: what kept the server busy may be gone.
  void on_left(std::function<void()> function) { left_ = std::move(function); }

 private:
  class Follower;
  void remove(WorkflowKey key, const Follower* follower);

  loop::Loop& loop_;
  engine::Engine& engine_;
  Records& records_;
  Context context_;
  std::function<void()> left_;
  std::unordered_map<WorkflowKey, std::vector<std::unique_ptr<Follower>>> followers_;
};

}  // namespace sennit::api
