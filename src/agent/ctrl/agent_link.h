// Ctrl's side of the connection to the agent that started it: reports as an agent sends them to a server, orders as it
// gets them (docs/formats/agent.md).
//
// Without an agent (a ctrl on its own), and when the agent has gone, nothing is told to anybody; the next agent starts
// the next ctrl.
//
// Threads: the loop's. Ownership: the sink outlives it.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/unique_fd.h"
#include "loop/loop.h"
#include "loop/timer.h"
#include "model/fact.h"
#include "model/measures.h"
#include "model/transfer.h"
#include "wire/connection.h"

namespace sennit::agent {

class AgentLink final : public wire::Connection::Handler {
 public:
  class Sink {
   public:
    virtual ~Sink() = default;
    virtual void on_stop(Micros grace) = 0;
    virtual void on_release() = 0;
    virtual void on_paused(bool paused) = 0;
    virtual void on_output_held(bool held) = 0;
  };

  // `socket`: empty if there is no agent.
  AgentLink(loop::Loop& loop, UniqueFd socket, AttemptId attempt, std::uint32_t incarnation, Sink& sink);
  ~AgentLink() override;

  void started(Instant at, std::uint32_t pid, std::uint32_t download_ms);
  void at_barrier();
  void exited(const AttemptExit& exit);
  // The log's size; several within kGrewPause are told once.
  void grew(std::uint64_t size);
  void transferring(TransferWay way, const TransferProgress& progress);
  void progressed(Instant at, std::vector<NamedValue> values);
  void contained(std::uint32_t pid);
  void flush();

 private:
  static constexpr Micros kGrewPause = std::chrono::milliseconds(4);

  void on_frame(wire::FrameType type, std::string_view payload) override;
  void on_closed(Error error) override;
  void tell_size();

  AttemptId attempt_;
  std::uint32_t incarnation_;
  Sink& sink_;
  loop::Timer pause_;
  std::uint64_t size_ = 0;
  std::uint64_t told_ = 0;
  std::unique_ptr<wire::Connection> connection_;
};

}  // namespace sennit::agent
