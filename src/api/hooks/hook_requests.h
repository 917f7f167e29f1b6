// The requests about hooks: which there are, what was told to them, and trying one.
//
// Threads:   the loop's. Ownership: references must outlive it, and what it has begun.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "api/hooks/courier.h"
#include "api/route.h"
#include "http/message.h"
#include "http/responder.h"
#include "views/views.h"

namespace sennit::api {

class HookRequests {
 public:
  // `courier` may be null: then there are no hooks, and never any. `refresh` reads the configuration again, if it has
  // changed.
  HookRequests(HookCourier* courier, store::Store& store, const loop::Loop& loop, std::function<void()> refresh)
      : courier_(courier), store_(store), loop_(loop), refresh_(std::move(refresh)) {}

  using ResponderPtr = std::unique_ptr<http::Responder>;
  // One of the three actions that are about hooks.
  void answer(const Route& route, const http::Request& request, ResponderPtr responder);
  // What `server status` says.
  void tell(views::ServerView& view);

 private:
  void list(ResponderPtr responder);
  // Of one workflow, with ?workflow=.
  void deliveries(const http::Request& request, ResponderPtr responder);
  // Answered when the hook has ended.
  void test(const std::string& name, const http::Request& request, ResponderPtr responder);
  Result<HookFacts> facts_for(const spec::HookConfig& hook, const std::string& workflow);
  Error unknown_hook(const std::string& name) const;
  // By hook, how its last delivery failed.
  std::map<std::string, std::string> failures();

  HookCourier* courier_;
  store::Store& store_;
  const loop::Loop& loop_;
  std::function<void()> refresh_;
};

}  // namespace sennit::api
