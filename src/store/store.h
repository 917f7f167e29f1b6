// What must survive: workflows, their journals and their last snapshots.
//
// The engine writes one Batch per step and reads everything back once, at start; the API reads the history. Two
// implementations pass the same tests: SqliteStore (a file) and MemoryStore (the simulator, unit tests).
//
// Threads:   every call on the loop thread; calls are synchronous and short, except that `flush` works elsewhere.
// Ownership: values in, values out; nothing returned points into the store.
// Errors:    kExhausted (disk full: nothing of the batch is stored, try the same batch later), kIo, kCorrupt,
//            kNotFound, kInvalid as told at each function.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/event.h"
#include "model/ids.h"
#include "store/credential_store.h"
#include "store/history.h"
#include "store/outbox.h"

namespace sennit::store {

// The position of an event in its workflow's journal: 1, 2, 3 ... without gaps, in the order of commit. Also the cursor
// of the API's event streams.
using Seq = std::uint64_t;

// What a new workflow is called. `id` is "<slug>-<n>"; `key` grows with every call; `n` is never given twice for a
// slug, also not after the workflow was removed. `uuid` is 32 hex digits.
struct Identity {
  WorkflowKey key;
  std::uint32_t n = 0;
  std::string id;
  std::string uuid;
};

// A submission, as the engine accepted it.
struct NewWorkflow {
  WorkflowKey key;        // of `allocate`
  std::uint32_t n = 0;    // of `allocate`
  Submission submission;  // id, uuid, user, pool, priority, parent, time
  std::string name;       // as the user wrote it: free text
  LabelList labels;
  std::string source_text;  // the submitted file
  std::string rendered;     // after templates; "": the same as source_text
  std::string spec;         // encode(Workflow)
  std::string context;      // encode(WorkflowContext)
  std::string request;      // what else was submitted (flags, local files), as the API keeps it
  // Ids of earlier workflows of which it reads outputs: those are not expired as long as this one is there.
  std::vector<std::string> lenders;
};

// A finished workflow goes on: it is live again, pending, without start and end.
struct Reopening {
  WorkflowKey key;
  Instant at;
};

// A workflow's last record: it is history from now on.
struct Finished {
  WorkflowKey key;
  WorkflowStatus status = WorkflowStatus::kCompleted;
  Instant ended_at;
  std::string snapshot;  // encode_snapshot(WorkflowState), for showing it later; "": keep the one before
};

struct SnapshotRecord {
  WorkflowKey key;
  Seq seq = 0;  // the last event that it covers; 0: every event up to the end of this batch
  std::string bytes;
};

// One step of the engine. Stored as a whole or not at all.
struct Batch {
  std::vector<NewWorkflow> submitted;
  std::vector<Reopening> reopened;  // before the events
  std::vector<Event> events;        // in order; each gets the next Seq of its workflow
  std::vector<SnapshotRecord> snapshots;
  std::vector<Finished> finished;
  std::vector<Notice> notices;  // of the events; a batch of nothing else is empty

  bool empty() const {
    return submitted.empty() && reopened.empty() && events.empty() && snapshots.empty() && finished.empty();
  }
};

// An unfinished workflow as found at start.
struct LiveWorkflow {
  WorkflowRow row;
  std::string spec;
  std::string context;
  std::string snapshot;       // "": none
  std::vector<Event> events;  // after the snapshot, or all of them
  Seq last_seq = 0;           // of the journal's last event, read or not
  // Set: something of it cannot be read (kCorrupt), and the fields above hold what could. Quarantine it; commit() still
  // takes its events and its Finished.
  std::optional<Error> error;
};

struct JournaledEvent {
  Seq seq = 0;
  Event event;
};

class Store {
 public:
  virtual ~Store() = default;

  // The next identity for a workflow of this name. Kept in memory until the workflow's commit: an identity that was
  // never committed is unknown to everybody, and may be given again after a restart.
  virtual Result<Identity> allocate(std::string_view name) = 0;

  // One transaction. Survives the death of this process (not of the power, see flush). After an error nothing of the
  // batch is stored and the store is as before the call. kExhausted: the disk is full, repeat the batch later;
  // kIo: the system refused, message names the file; kInvalid: an event of a workflow that is not in the store;
  // kConflict: a key, id or uuid that is stored already, or an unfinished workflow that is to be reopened.
  // WorkflowMoved events also keep the workflow's row (status, start) up to date.
  virtual Result<void> commit(const Batch& batch) = 0;

  // Makes every commit so far durable against power loss, in the background. `done` is posted to the loop.
  virtual void flush(std::function<void(Result<void>)> done) = 0;

  // All unfinished workflows, oldest first. Trouble with one of them is in its `error` and does not fail the others.
  virtual Result<std::vector<LiveWorkflow>> load_live() = 0;

  // --- history: finished and unfinished workflows alike -----------------------------------------------------------

  // By id, uuid, key number, "last" (the newest), or a prefix of an id (or of 8 or more digits of a uuid) that only
  // one workflow has. kNotFound; kInvalid if several match: the message names some of them.
  virtual Result<WorkflowRow> find(std::string_view reference) = 0;
  virtual Result<std::vector<WorkflowRow>> list(const ListFilter& filter) = 0;
  // kNotFound; kCorrupt if its bytes cannot be read.
  virtual Result<StoredWorkflow> load(WorkflowKey key) = 0;
  // At most `limit` events after `after`; fewer only at the journal's present end. kNotFound, kCorrupt.
  virtual Result<std::vector<JournaledEvent>> events(WorkflowKey key, Seq after, std::size_t limit) = 0;

  // --- retention: what stays is decided by plan_retention() ---------------------------------------------------------

  // Every workflow: the unfinished ones, then the finished ones, those that ended first in front.
  virtual Result<std::vector<Keeping>> keepings() = 0;
  // Ids of those that read outputs of this one and are not condemned, oldest first.
  virtual Result<std::vector<std::string>> borrowers(WorkflowKey key) = 0;
  // Finished ones whose size is not known and that are not condemned, oldest first.
  virtual Result<std::vector<WorkflowRow>> unmeasured(std::size_t limit) = 0;
  // In one transaction. What is gone or unfinished by now is passed over.
  virtual Result<void> set_sizes(const std::vector<MeasuredSize>& sizes) = 0;
  // kNotFound; kConflict if it is condemned.
  virtual Result<void> pin(WorkflowKey key, Pin pin) = 0;
  // Marks finished workflows whose files are about to be removed, all or none, so that one of which a crash left a part
  // is not taken for whole. kNotFound; kConflict while one is unfinished or pinned.
  virtual Result<void> condemn(const std::vector<WorkflowKey>& keys) = 0;
  virtual Result<std::vector<WorkflowRow>> condemned() = 0;
  // Forgets a finished workflow. kNotFound; kConflict while it is unfinished. Its files are removed before, so that a
  // crash in between only repeats work.
  virtual Result<void> remove(WorkflowKey key) = 0;

  // Tags are notes on a workflow, finished or not, that no decision depends on: they are not journaled. A transaction
  // of its own. Returns the tags that it has then, in order. kNotFound.
  virtual Result<std::vector<std::string>> change_tags(WorkflowKey key, const TagChange& change) = 0;
  // Every tag that some workflow has, in order.
  virtual Result<std::vector<std::string>> tags() = 0;

  // Belongs to the store.
  virtual CredentialStore& credentials() = 0;
  virtual Outbox& outbox() = 0;
};

}  // namespace sennit::store
