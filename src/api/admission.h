// The way of a workflow into the engine: what can never run here is refused before it gets an id.
//
// Refused are features that the place where its tasks run cannot have, inputs of earlier workflows that are not there
// (any more), and requests that no host can meet. The last needs a host: a server that was just started waits for one,
// for a few seconds. What is let in without one is explained by `why`.
//
// Threads:   the loop's; a copy of a large workflow is made on a worker.
// Ownership: references must outlive it. A workflow that waits when it is destroyed is not answered.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "api/borrowed_inputs.h"
#include "api/keeper.h"
#include "api/records.h"
#include "engine/engine.h"
#include "loop/callback.h"
#include "loop/loop.h"
#include "loop/timer.h"
#include "loop/worker_pool.h"

namespace sennit::api {

struct Admitted {
  engine::Accepted accepted;
  std::vector<std::string> warnings;
  std::vector<std::string> notices;
};

class Admission final : public engine::Observer {
 public:
  using Reply = loop::Callback<void(Result<Admitted>)>;

  Admission(loop::Loop& loop, loop::WorkerPool& workers, engine::Engine& engine, store::Store& store, Records& records,
            Keeper& keeper, std::string runs_dir);
  ~Admission() override;
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;

  // `borrowed` is what it reads of earlier workflows and where that lies, as far as this is known. kInvalid: it can
  // never run here; kConflict: something that it reads is gone; else the engine's errors.
  void admit(engine::NewRun run, BorrowedOutputs borrowed, Reply reply);

  // Calls `then` once a host is there, at the latest after the time that a submission would wait for one.
  void after_host(loop::Callback<void()> then);

  void committed(std::span<const Event> events, const core::State& state) override;

 private:
  struct Waiting {
    engine::NewRun run;
    Reply reply;
    Holds::Hold lenders;  // until it is stored that it reads them
  };

  std::vector<HostCapacity> hosts() const;
  const PoolSettings& pool_named(const std::string& name) const;
  void fill(Waiting entry, BorrowedOutputs outputs);
  void await_host(Waiting entry);
  void enter_all();
  void enter(Waiting entry);

  loop::Loop& loop_;
  loop::WorkerPool& workers_;
  engine::Engine& engine_;
  store::Store& store_;
  Records& records_;
  Keeper& keeper_;
  std::string runs_dir_;                         // of all workflows
  std::vector<Waiting> waiting_;                 // for a host
  std::vector<loop::Callback<void()>> readers_;  // likewise
  loop::Timer patience_;
};

}  // namespace sennit::api
