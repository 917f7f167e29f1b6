// Followers of what the whole server does, as server-sent events.
//
// Each reads the journals of all workflows as one (journal_merge.h), in small parts and only as fast as it takes them:
// nothing is buffered without bound, and nothing is missed. There is no cursor over all journals: who comes back asks
// for what happened since a time somewhat before the connection was lost, and knows by workflow and sequence number
// what it has seen.
//
// Threads:   the loop's.
// Ownership: owns the responders until the client goes, or, without `follow`, the present end is reached.
#pragma once

#include <functional>
#include <list>
#include <memory>

#include "api/journal_merge.h"
#include "engine/engine.h"
#include "http/responder.h"
#include "loop/loop.h"
#include "store/store.h"

namespace sennit::api {

struct FeedQuery {
  Instant since;
  EventLevel level = EventLevel::kAll;
  enum class Follow : std::uint8_t { kNo, kYes } follow = Follow::kNo;
};

class EventFeed final : public engine::Observer {
 public:
  EventFeed(loop::Loop& loop, engine::Engine& engine, store::Store& store);
  ~EventFeed() override;

  // By the parameters since, level and follow; a mistake in them is the answer.
  void open(const http::Target& target, std::unique_ptr<http::Responder> responder);
  void committed(std::span<const Event> events, const core::State& state) override;
  // Called after a follower has left: what kept the server busy may be gone.
  void on_left(std::function<void()> function) { left_ = std::move(function); }

 private:
  class Follower;
  void remove(const Follower* follower);

  loop::Loop& loop_;
  engine::Engine& engine_;
  store::Store& store_;
  std::function<void()> left_;
  std::list<std::unique_ptr<Follower>> followers_;
};

}  // namespace sennit::api
