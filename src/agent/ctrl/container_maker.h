// Makes the container of one attempt, step by step: image, network, container, start. Blocks.
//
// Threads: a worker's. Ownership: all that it names outlives it.
#pragma once

#include <functional>
#include <string>

#include "agent/ctrl/container_run.h"
#include "agent/ctrl/task_order.h"
#include "base/result.h"
#include "launch/engine/engine.h"

namespace sennit::agent {

class ContainerMaker {
 public:
  using Say = std::function<void(std::string)>;
  ContainerMaker(const TaskOrder& order, const ContainerOptions& options, launch::Engine& engine, Say say);

  // Where one is there already nothing is made. kNotFound, after kOrdered: it has gone.
  // Fails: as the engine; code() says what the attempt then ends with.
  Result<void> make(ContainerRun::Command command);
  std::int32_t code() const { return code_; }

 private:
  Result<launch::ImageFacts> find_image();
  Result<void> pull();
  Result<void> pull_once(const std::string& auth);
  Result<void> make_and_start(const launch::ImageFacts& image);
  Result<void> make_network(const std::string& name);

  const TaskOrder& order_;
  const ContainerOptions& options_;
  launch::Engine& engine_;
  Say say_;
  std::int32_t code_;
};

// The network of its group, if nobody is left in it.
Result<void> remove_network(const TaskOrder& order, launch::Engine& engine);

// Once its command is over: what it wrote is to belong to us, so that we can read and remove it. Where the engine is
// root's and we are not, a second container of the same image does that. Nothing to be done: nothing is. Fails: as the
// engine.
Result<void> take_over_output(const TaskOrder& order, const ContainerOptions& options, launch::Engine& engine);

}  // namespace sennit::agent
