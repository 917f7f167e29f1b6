// What a ctrl is told of its attempt, kept where the next one finds it: everything that is needed is there before there
// is a container, so that whoever comes after a crash can go on with it.
//
// One directory for each attempt, its owner's alone (0700), in memory where there is some to be had, for the order in
// it has the values of credentials:
//
//   <place>/<attempt>/order    two frames, as an agent gets them (docs/formats/agent.md)
//   <place>/<attempt>/engine   the socket of the engine that the container is of
//   <place>/<attempt>/files/   what the container is shown of it (launch/container.h)
//
// Threads: any. Errors: kIo, kExhausted, kConflict (the place is somebody else's).
#pragma once

#include <string>
#include <vector>

#include "agent/ctrl/task_order.h"
#include "base/result.h"
#include "model/ids.h"
#include "model/order.h"

namespace sennit::agent {

class ContainerFiles {
 public:
  // `fallback`: a directory on a disk, for hosts without a place in memory.
  ContainerFiles(InstanceId instance, const std::string& fallback);

  // The attempt's directory. What an earlier command of the attempt left of it, and its course, is gone.
  Result<std::string> keep(const WorkflowContext& context, const StartOrder& order, const std::string& engine) const;

  struct Kept {
    std::string directory;
    OrderFrames frames;
  };
  // Of all attempts. One whose order cannot be read is passed over, and told in the log.
  std::vector<Kept> all() const;

  static void remove(const std::string& directory);

  // Whether this instance has ever kept one: then there may be something left in an engine.
  bool has_been_used() const;

  // Whether an attempt's is there, wherever.
  bool has(const AttemptId& attempt) const;

 private:
  std::vector<std::string> places_;  // best first
  std::string mark_;                 // on disk, for has_been_used()
};

inline constexpr const char* kOrderFile = "/order";
inline constexpr const char* kEngineFile = "/engine";

}  // namespace sennit::agent
