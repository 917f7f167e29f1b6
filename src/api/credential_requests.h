// The requests about stored credentials: values come in and never go out.
//
// Threads:   the loop's. Ownership: references must outlive it.
#pragma once

#include <memory>
#include <string>

#include "catalog/credentials.h"
#include "engine/engine.h"
#include "http/message.h"
#include "http/responder.h"
#include "store/store.h"

namespace sennit::api {

class CredentialRequests {
 public:
  CredentialRequests(catalog::Credentials& credentials, const engine::Engine& engine, store::Store& store)
      : credentials_(credentials), engine_(engine), store_(store) {}

  using ResponderPtr = std::unique_ptr<http::Responder>;
  void list(ResponderPtr responder);
  // Answered when what was set survives a power failure; so is remove().
  void set(const std::string& name, const http::Request& request, ResponderPtr responder);
  void remove(const std::string& name, ResponderPtr responder);

 private:
  void answer(std::string body, ResponderPtr responder);

  catalog::Credentials& credentials_;
  const engine::Engine& engine_;  // for the time
  store::Store& store_;
};

}  // namespace sennit::api
