// A part of a workflow as a workflow of its own: what is left of a finished one, or the tasks that somebody chose.
//
// Groups are taken as a whole. An input from a task that is not taken becomes an input of the earlier workflow, whose
// output is used where it lies.
//
// Threads: any; made for a worker. Ownership: values.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "api/borrowed_inputs.h"
#include "core/state.h"
#include "model/workflow.h"

namespace sennit::api {

// What of a workflow another one can be made from; the state itself changes while it is live.
struct Origin {
  std::string id;
  std::shared_ptr<const Workflow> spec;
  std::vector<Status> groups;
  std::vector<std::uint32_t> numbers;  // the latest attempt of each task
};
Origin origin_of(const core::WorkflowState& workflow);

struct Selection {
  enum class Kind : std::uint8_t {
    kAll,
    kIncomplete,  // groups that did not complete
    kFrom,        // `tasks` and all that is downstream of them
    kOnly,        // `tasks`
  };
  Kind kind = Kind::kAll;
  std::vector<std::string> tasks;
};

struct Part {
  Workflow workflow;
  BorrowedOutputs borrowed;  // what of earlier workflows it reads
};

// `spec` is the origin's own, or what its file says with other values: then it must have the same tasks with the same
// order among them (kConflict), but may have more where the origin is itself a part of it.
// kInvalid: a task that is not there, with the nearest; kConflict: nothing is selected, or what a selected task waits
// for is neither selected nor completed; the message names it.
Result<Part> select_part(const Origin& origin, const Workflow& spec, const Selection& selection);

}  // namespace sennit::api
