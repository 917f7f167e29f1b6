// Values of the history: what is kept of every workflow, and how it is asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/instant.h"
#include "model/event.h"
#include "model/ids.h"
#include "model/status.h"

namespace sennit::store {

using LabelList = std::vector<std::pair<std::string, std::string>>;

// A label that a workflow must have: any value, or one that is like one of the patterns, in which * stands for any run
// of characters.
struct LabelCondition {
  std::string name;
  std::vector<std::string> patterns;  // empty: any value
};

// What to do with a workflow's tags: `remove` first, then `add`.
struct TagChange {
  std::vector<std::string> add;
  std::vector<std::string> remove;  // those that it does not have are no matter
};

// A workflow in a list. Status and times are those of the last commit.
struct WorkflowRow {
  WorkflowKey key;
  std::uint32_t n = 0;
  std::string name;  // as the user wrote it
  Submission submission;
  LabelList labels;               // by key
  std::vector<std::string> tags;  // in order
  WorkflowStatus status = WorkflowStatus::kPending;
  Instant started_at;                  // first RUNNING; not set: not yet
  Instant ended_at;                    // not set: unfinished
  Instant reopened_at;                 // the last time that it went on after an end; not set: never
  bool finished = false;               // a Finished was committed: nothing changes any more, unless it is reopened
  bool pinned = false;                 // no rule of retention gives it up
  std::optional<std::uint64_t> bytes;  // of disk that its files take; measured after its end

  friend bool operator==(const WorkflowRow&, const WorkflowRow&) = default;
};

// Everything about one workflow except its events.
struct StoredWorkflow {
  WorkflowRow row;
  std::string spec;      // encode(Workflow)
  std::string context;   // encode(WorkflowContext)
  std::string snapshot;  // of the last commit that had one; "": none
  std::uint64_t snapshot_seq = 0;
  std::uint64_t last_seq = 0;
  std::string source_text;
  std::string rendered;  // never empty: source_text if nothing was rendered
  std::string request;   // as in NewWorkflow; "": stored by a release that did not keep it
};

enum class ListOrder : std::uint8_t { kNewestFirst, kOldestFirst };

// Conditions are joined by "and"; an empty list or text means "any". The values of one list are joined by "or".
struct ListFilter {
  std::string id_contains;
  std::string name;  // as the user wrote it, the whole of it
  std::vector<WorkflowStatus> statuses;
  std::vector<std::string> users;
  std::vector<std::string> pools;
  std::vector<Priority> priorities;
  std::vector<LabelCondition> labels;         // all of them
  std::vector<std::string> without_labels;    // none of them
  std::vector<std::string> tags;              // at least one of them
  std::optional<Instant> submitted_from;      // inclusive
  std::optional<Instant> submitted_before;    // exclusive
  std::uint32_t offset = 0;                   // counted from the newest
  std::uint32_t limit = 20;                   // the newest that many after `offset` ...
  ListOrder order = ListOrder::kNewestFirst;  // ... listed in this order
};

enum class Pin : std::uint8_t { kOff, kOn };

// What retention has to know of a workflow.
struct Keeping {
  WorkflowKey key;
  std::string id;
  Instant ended_at;
  bool finished = false;
  bool pinned = false;
  bool condemned = false;  // its files are being removed, or were when the server died
  std::optional<std::uint64_t> bytes;
  std::vector<std::uint32_t> lenders;  // whose outputs it reads, as places in the list that this one stands in

  friend bool operator==(const Keeping&, const Keeping&) = default;
};

// The disk space that a finished workflow's files take.
struct MeasuredSize {
  WorkflowKey key;
  std::uint64_t bytes = 0;
};

}  // namespace sennit::store
