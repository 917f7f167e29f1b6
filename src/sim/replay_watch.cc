#include "sim/replay_watch.h"

#include "core/apply.h"
#include "core/snapshot.h"
#include "engine/recovery.h"
#include "store/journal_codec.h"

namespace sennit::sim {
namespace {

// Looks between two at all workflows, also those to which nothing was written: their memory may not change either.
constexpr std::uint64_t kAtAll = 8;
constexpr std::uint64_t kFromTheStart = 32;

}  // namespace

Result<void> ReplayWatch::begin(Copy& copy, const store::MemoryWorkflow& stored) const {
  store::LiveWorkflow live;
  live.row = stored.row;
  live.spec = stored.spec;
  live.context = stored.context;
  live.snapshot = stored.snapshot;
  for (store::Seq seq = stored.snapshot_seq; seq < stored.journal.size(); ++seq) {
    SENNIT_ASSIGN(Event event, store::decode_event(stored.journal[seq]));
    live.events.push_back(std::move(event));
  }
  live.last_seq = stored.journal.size();
  SENNIT_ASSIGN(core::WorkflowState workflow, engine::rebuild(instance_, live));
  copy = {};
  copy.state.instance = instance_;
  copy.events = live.last_seq;
  copy.snapshot = stored.snapshot_seq;
  core::adopt(copy.state, std::move(workflow));
  return {};
}

Result<void> ReplayWatch::follow(Copy& copy, const store::MemoryWorkflow& stored) {
  for (; copy.events < stored.journal.size(); ++copy.events) {
    SENNIT_ASSIGN(const Event event, store::decode_event(stored.journal[copy.events]));
    SENNIT_TRY(core::replay(copy.state, event));
  }
  return {};
}

void ReplayWatch::look(const store::MemoryDisk& disk, const core::State& memory) {
  ++looks_;
  for (const auto& [key, stored] : disk.workflows) {
    const auto known = copies_.find(key);
    if (stored.row.finished) {
      if (known != copies_.end()) copies_.erase(known);
      continue;
    }
    const bool anew =
        known == copies_.end() || known->second.snapshot != stored.snapshot_seq || looks_ % kFromTheStart == 0;
    Copy& copy = copies_[key];
    if (!anew && copy.events == stored.journal.size() && looks_ % kAtAll != 0) continue;
    if (Result<void> replayed = anew ? begin(copy, stored) : follow(copy, stored); !replayed) {
      problem_("replay failed: " + replayed.error().message());
      copies_.erase(key);
      continue;
    }
    compare(stored, copy, memory);
  }
}

void ReplayWatch::compare(const store::MemoryWorkflow& stored, const Copy& copy, const core::State& memory) {
  const core::WorkflowState* current = memory.find(stored.row.key);
  const core::WorkflowState* replayed = copy.state.find(stored.row.key);
  if (current == nullptr || replayed == nullptr) return problem_("a stored workflow is not in memory");
  if (core::encode_snapshot(*current) != core::encode_snapshot(*replayed)) {
    problem_(stored.row.submission.id + ": replay gives another state");
  } else if (current->gpu_time != replayed->gpu_time) {
    problem_(stored.row.submission.id + ": replay gives another bill");
  }
}

}  // namespace sennit::sim
