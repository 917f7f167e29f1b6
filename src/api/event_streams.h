// Followers of workflows' histories, as server-sent events.
//
// A follower reads the journal until it has caught up, and is told what is committed from then on. One
// that does not take what it is sent goes back to reading the journal when it does: nothing is buffered without bound,
// and nothing is missed. The cursor is the journal's sequence number, so a client that comes back goes on where it was.
//
// Threads:   the loop's.
// Ownership: owns the responders until the workflow ends or the client goes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "api/event_teller.h"
#include "api/records.h"
#include "engine/engine.h"
#include "http/responder.h"
#include "loop/loop.h"
#include "store/store.h"

namespace sennit::api {

class EventStreams final : public engine::Observer {
 public:
  EventStreams(loop::Loop& loop, engine::Engine& engine, store::Store& store);
  ~EventStreams() override;

  void open(const Record& record, EventQuery query, std::unique_ptr<http::Responder> responder);

  void committed(std::span<const Event> events, const core::State& state) override;

  // Called after a follower has left: what kept the server busy may be gone.
  void on_left(std::function<void()> function) { left_ = std::move(function); }

 private:
  class Follower;
  void remove(WorkflowKey key, const Follower* follower);

  loop::Loop& loop_;
  engine::Engine& engine_;
  store::Store& store_;
  std::function<void()> left_;
  std::unordered_map<WorkflowKey, std::vector<std::unique_ptr<Follower>>> followers_;
};

}  // namespace sennit::api
