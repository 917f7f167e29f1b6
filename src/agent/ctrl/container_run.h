// The container of one attempt, from its image to its removal, by the engine of this host.
//
// It is found if it is there: whoever comes after one that was killed in the middle goes on with what that one has
// made, and a container is never made twice.
//
// The engine is asked on threads of its own. It may go away and come back while a container runs; that is waited for.
//
// Threads:   the loop's. Ownership: the sink and what the options name outlive it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "agent/ctrl/task_order.h"
#include "launch/engine/answers.h"
#include "loop/loop.h"

namespace sennit::agent {

struct ContainerOptions {
  std::string engine;       // its socket
  std::string private_dir;  // of the attempt
  std::string inside;       // sennit-user
  bool pretended_gpus = false;
};

class ContainerRun {
 public:
  class Sink {
   public:
    virtual ~Sink() = default;
    // For the task's log: "pulling alpine:3.18".
    virtual void on_container_line(const std::string& line) = 0;
    virtual void on_container_up() = 0;
    // There will be none. `code`: of model/exit_codes.h.
    virtual void on_container_refused(std::int32_t code, const std::string& why) = 0;
    // Once it was up. Nothing: it has gone, and nobody knows how.
    virtual void on_container_ended(const std::optional<launch::ContainerFacts>& facts) = 0;
    // The answer to clean_up(): nothing of it is left, as far as the engine could be reached.
    virtual void on_container_removed() = 0;
  };

  // Whether its command has been ordered before: then there is a container, or nobody knows what became of it.
  enum class Command { kNew, kOrdered };

  ContainerRun(loop::Loop& loop, const TaskOrder& order, ContainerOptions options, Sink& sink);
  ~ContainerRun();
  ContainerRun(const ContainerRun&) = delete;
  ContainerRun& operator=(const ContainerRun&) = delete;

  void begin(Command command);
  // It is not wanted any more: what is under way (a pull) ends.
  void give_up();
  void kill();
  void pause();
  void resume();
  // Its entry process has gone: that the container has ended is to be noticed at once from now on.
  void expect_end();
  // Calls `then` with the number that this host has for its first process, if the engine knows one.
  void find_pid(std::function<void(std::uint32_t)> then);
  // What its command wrote is to belong to us, though it may still be there. `then` is called on the loop, once that is
  // done or has failed, which is told in ctrl's own log.
  void take_over_output(std::function<void()> then);
  // Removes it and, if it was the last of its group in it, the network. Once.
  void clean_up();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sennit::agent
