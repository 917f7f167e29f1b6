// Any workflow by any of its names: unfinished ones from the engine's memory, finished ones from the store.
//
// Threads:   the loop's.
// Ownership: a Record keeps what it shows alive for finished workflows; for unfinished ones it points into the engine's
//            state and is good until the engine's next step, so it is used within one call.
// Errors:    kNotFound, kInvalid (several match) with a message for people; kCorrupt.
#pragma once

#include <list>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "core/state.h"
#include "engine/engine.h"
#include "store/store.h"

namespace sennit::api {

struct Record {
  store::WorkflowRow row;
  const core::WorkflowState* state = nullptr;
  std::shared_ptr<const core::WorkflowState> kept;  // set for finished workflows

  bool is_live() const { return kept == nullptr; }
};

class Records {
 public:
  Records(engine::Engine& engine, store::Store& store) : engine_(engine), store_(store) {}

  // By id, uuid, unique prefix, number or "last".
  Result<Record> open(std::string_view reference);
  // One that `open` or a list has found.
  Result<Record> open(const store::WorkflowRow& row);

 private:
  Result<std::shared_ptr<const core::WorkflowState>> load_finished(const store::WorkflowRow& row);

  engine::Engine& engine_;
  store::Store& store_;
  // The finished workflows looked at last, newest first: several requests about one come in a row.
  std::list<std::shared_ptr<const core::WorkflowState>> recent_;
};

}  // namespace sennit::api
