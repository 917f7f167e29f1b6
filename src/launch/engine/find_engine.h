// Where the container engine of this host listens: Docker's, or Podman's, which speaks the same.
//
// Threads: any.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace sennit::launch {

// What says where to look, as it stands in an environment. Null: unset.
struct EngineHints {
  const char* docker_host = nullptr;
  const char* runtime_dir = nullptr;
  static EngineHints of_this_process();
};

// The sockets to try, best first: what DOCKER_HOST names and nothing else, or else where engines usually listen. Fails:
// kInvalid (DOCKER_HOST is no Unix socket).
Result<std::vector<std::string>> engine_places(const EngineHints& hints);

// The first of them that somebody listens on: a few microseconds. Fails: kUnavailable, naming what was tried and why
// each could not be had; kInvalid.
Result<std::string> find_engine(const EngineHints& hints);

}  // namespace sennit::launch
