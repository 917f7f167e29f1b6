#include "store/memory_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/wildcard.h"
#include "store/journal_codec.h"
#include "store/reference.h"
#include "store/slug.h"

namespace sennit::store {
namespace {

Error unknown_workflow(WorkflowKey key, ErrorCode code) {
  return {code, fmt::format("there is no workflow with key {}", key.value())};
}

template <class T>
bool is_any_of(const std::vector<T>& choices, const T& value) {
  return choices.empty() || std::find(choices.begin(), choices.end(), value) != choices.end();
}

bool has_label(const WorkflowRow& row, const LabelCondition& condition) {
  return std::any_of(row.labels.begin(), row.labels.end(), [&](const auto& label) {
    if (label.first != condition.name) return false;
    return condition.patterns.empty() ||
           std::any_of(condition.patterns.begin(), condition.patterns.end(),
                       [&](const std::string& pattern) { return matches_wildcard(pattern, label.second); });
  });
}

bool has_tag(const WorkflowRow& row, const std::string& tag) {
  return std::find(row.tags.begin(), row.tags.end(), tag) != row.tags.end();
}

bool fits_labels(const WorkflowRow& row, const ListFilter& filter) {
  for (const LabelCondition& condition : filter.labels) {
    if (!has_label(row, condition)) return false;
  }
  return std::none_of(filter.without_labels.begin(), filter.without_labels.end(), [&](const std::string& name) {
    return has_label(row, {name, {}});
  });
}

bool fits_tags(const WorkflowRow& row, const ListFilter& filter) {
  return filter.tags.empty() ||
         std::any_of(filter.tags.begin(), filter.tags.end(), [&](const std::string& tag) { return has_tag(row, tag); });
}

bool fits(const WorkflowRow& row, const ListFilter& filter) {
  const Submission& from = row.submission;
  return from.id.find(filter.id_contains) != std::string::npos && (filter.name.empty() || row.name == filter.name) &&
         is_any_of(filter.statuses, row.status) && is_any_of(filter.users, from.user) &&
         is_any_of(filter.pools, from.pool) && is_any_of(filter.priorities, from.priority) &&
         fits_labels(row, filter) && fits_tags(row, filter) &&
         (!filter.submitted_from || from.submitted_at >= *filter.submitted_from) &&
         (!filter.submitted_before || from.submitted_at < *filter.submitted_before);
}

bool has_prefix(const WorkflowRow& row, std::string_view prefix) {
  const bool by_uuid = prefix.size() >= kMinUuidPrefix && row.submission.uuid.starts_with(prefix);
  return by_uuid || row.submission.id.starts_with(prefix);
}

// Reads events first + 1 ... of a journal. On an error those before it were handed over.
template <class Take>
Result<void> read_journal(const MemoryWorkflow& workflow, Seq first, std::size_t limit, Take&& take) {
  for (Seq seq = first; seq < workflow.journal.size() && limit > 0; ++seq, --limit) {
    SENNIT_ASSIGN(Event event, decode_event(workflow.journal[seq]));
    take(seq + 1, std::move(event));
  }
  return {};
}

}  // namespace

MemoryStore::MemoryStore(MemoryDisk& disk, PostToLoop post)
    : disk_(disk), post_(std::move(post)), last_n_(disk.last_n), last_key_(disk.last_key) {}

void MemoryStore::fail_commits(std::uint32_t count, const Error& error) {
  fault_ = error;
  faults_left_ = count;
}

Result<Identity> MemoryStore::allocate(std::string_view name) {
  const std::string slug = slug_of(name);
  const std::uint32_t n = ++last_n_[slug];
  ++last_key_;
  return Identity{WorkflowKey(last_key_), n, fmt::format("{}-{}", slug, n), fmt::format("{:032x}", last_key_)};
}

// --- committing ----------------------------------------------------------------------------------------------------

Result<void> MemoryStore::check_new(const NewWorkflow& workflow) const {
  const Submission& from = workflow.submission;
  SENNIT_ASSIGN([[maybe_unused]] const std::string slug, slug_of_id(from.id, workflow.n));
  for (const auto& [key, other] : disk_.workflows) {
    const bool taken =
        key == workflow.key || other.row.submission.id == from.id || other.row.submission.uuid == from.uuid;
    if (taken) return Error(ErrorCode::kConflict, fmt::format("workflow {} is stored already", from.id));
  }
  return {};
}

Seq MemoryStore::last_seq_after(const Batch& batch, WorkflowKey key) const {
  const auto at = disk_.workflows.find(key);
  const Seq before = at == disk_.workflows.end() ? 0 : at->second.journal.size();
  const auto more = std::count_if(batch.events.begin(), batch.events.end(),
                                  [key](const Event& event) { return event.workflow == key; });
  return before + static_cast<Seq>(more);
}

Result<void> MemoryStore::check_reopened(const Reopening& reopening) const {
  const auto at = disk_.workflows.find(reopening.key);
  if (at == disk_.workflows.end()) return unknown_workflow(reopening.key, ErrorCode::kInvalid);
  if (at->second.row.finished) return {};
  return Error(ErrorCode::kConflict, fmt::format("workflow {} is not finished", at->second.row.submission.id));
}

Result<void> MemoryStore::check(const Batch& batch) const {
  std::set<WorkflowKey> added;
  for (const NewWorkflow& workflow : batch.submitted) {
    SENNIT_TRY(check_new(workflow));
    if (!added.insert(workflow.key).second) {
      return Error(ErrorCode::kConflict, fmt::format("workflow {} is stored already", workflow.submission.id));
    }
  }
  for (const Reopening& reopening : batch.reopened) SENNIT_TRY(check_reopened(reopening));
  const auto known = [&](WorkflowKey key) { return added.contains(key) || disk_.workflows.contains(key); };
  for (const Event& event : batch.events) {
    if (!known(event.workflow)) return unknown_workflow(event.workflow, ErrorCode::kInvalid);
  }
  for (const SnapshotRecord& snapshot : batch.snapshots) {
    if (!known(snapshot.key)) return unknown_workflow(snapshot.key, ErrorCode::kInvalid);
    if (snapshot.seq > last_seq_after(batch, snapshot.key)) {
      return Error(ErrorCode::kInvalid, fmt::format("snapshot of workflow {} covers event {}, which is not there",
                                                    snapshot.key.value(), snapshot.seq));
    }
  }
  for (const Finished& finished : batch.finished) {
    if (!known(finished.key)) return unknown_workflow(finished.key, ErrorCode::kInvalid);
  }
  return {};
}

Result<void> MemoryStore::commit(const Batch& batch) {
  if (batch.empty()) return {};
  if (faults_left_ > 0) {
    --faults_left_;
    return *fault_;
  }
  SENNIT_TRY(check(batch));
  for (const NewWorkflow& workflow : batch.submitted) add_workflow(workflow);
  for (const Reopening& reopening : batch.reopened) reopen(reopening);
  auto notice = batch.notices.begin();
  for (std::size_t i = 0; i < batch.events.size(); ++i) {
    const Event& event = batch.events[i];
    add_event(event);
    for (; notice != batch.notices.end() && notice->event == i; ++notice) {
      outbox_.add(event.workflow, disk_.workflows.at(event.workflow).journal.size(), notice->hook, event.at);
    }
  }
  for (const SnapshotRecord& snapshot : batch.snapshots) add_snapshot(snapshot.key, snapshot.seq, snapshot.bytes);
  for (const Finished& finished : batch.finished) {
    if (!finished.snapshot.empty()) add_snapshot(finished.key, 0, finished.snapshot);
    WorkflowRow& row = disk_.workflows.at(finished.key).row;
    row.status = finished.status;
    row.ended_at = finished.ended_at;
    row.finished = true;
    row.bytes.reset();
  }
  ++disk_.commits;
  return {};
}

void MemoryStore::add_workflow(const NewWorkflow& workflow) {
  MemoryWorkflow& stored = disk_.workflows[workflow.key];
  stored.row.key = workflow.key;
  stored.row.n = workflow.n;
  stored.row.name = workflow.name;
  stored.row.submission = workflow.submission;
  stored.row.labels = workflow.labels;
  std::sort(stored.row.labels.begin(), stored.row.labels.end());
  stored.spec = workflow.spec;
  stored.context = workflow.context;
  stored.source_text = workflow.source_text;
  stored.rendered = workflow.rendered;
  stored.request = workflow.request;
  stored.lenders = workflow.lenders;
  std::uint32_t& last_n = disk_.last_n[*slug_of_id(workflow.submission.id, workflow.n)];
  last_n = std::max(last_n, workflow.n);
  disk_.last_key = std::max(disk_.last_key, workflow.key.value());
  last_key_ = std::max(last_key_, disk_.last_key);
}

void MemoryStore::reopen(const Reopening& reopening) {
  WorkflowRow& row = disk_.workflows.at(reopening.key).row;
  row.status = WorkflowStatus::kPending;
  row.started_at = {};
  row.ended_at = {};
  row.reopened_at = reopening.at;
  row.finished = false;
  row.bytes.reset();
}

void MemoryStore::add_event(const Event& event) {
  MemoryWorkflow& stored = disk_.workflows.at(event.workflow);
  encode(event, stored.journal.emplace_back());
  const auto* moved = std::get_if<event::WorkflowMoved>(&event.what);
  if (moved == nullptr) return;
  stored.row.status = moved->to;
  if (moved->to == WorkflowStatus::kRunning && !stored.row.started_at.is_set()) stored.row.started_at = event.at;
}

void MemoryStore::add_snapshot(WorkflowKey key, Seq seq, const std::string& bytes) {
  MemoryWorkflow& stored = disk_.workflows.at(key);
  stored.snapshot = bytes;
  stored.snapshot_seq = seq == 0 ? stored.journal.size() : seq;
}

void MemoryStore::flush(std::function<void(Result<void>)> done) {
  post_([done = std::move(done)] { done({}); });
}

// --- reading -------------------------------------------------------------------------------------------------------

Result<std::vector<LiveWorkflow>> MemoryStore::load_live() {
  std::vector<LiveWorkflow> all;
  for (const auto& [key, stored] : disk_.workflows) {
    if (stored.row.finished) continue;
    LiveWorkflow& live = all.emplace_back();
    live.row = stored.row;
    live.spec = stored.spec;
    live.context = stored.context;
    live.snapshot = stored.snapshot;
    live.last_seq = stored.journal.size();
    Result<void> read = read_journal(stored, stored.snapshot_seq, stored.journal.size(),
                                     [&live](Seq, Event&& event) { live.events.push_back(std::move(event)); });
    if (!read) live.error = std::move(read).error();
  }
  return all;
}

std::vector<const WorkflowRow*> MemoryStore::matches(std::string_view reference) const {
  std::vector<const WorkflowRow*> found;
  const auto collect = [&](auto&& fits_reference) {
    for (auto at = disk_.workflows.rbegin(); at != disk_.workflows.rend(); ++at) {
      if (found.size() < kMatchesShown && fits_reference(at->second.row)) found.push_back(&at->second.row);
    }
    return !found.empty();
  };
  if (reference == kLastReference) {
    if (!disk_.workflows.empty()) found.push_back(&disk_.workflows.rbegin()->second.row);
    return found;
  }
  if (collect(
          [&](const WorkflowRow& row) { return row.submission.id == reference || row.submission.uuid == reference; })) {
    return found;
  }
  const auto key = key_of_reference(reference);
  if (key && collect([&](const WorkflowRow& row) { return row.key.value() == *key; })) return found;
  if (!reference.empty()) collect([&](const WorkflowRow& row) { return has_prefix(row, reference); });
  return found;
}

Result<WorkflowRow> MemoryStore::find(std::string_view reference) {
  const std::vector<const WorkflowRow*> found = matches(reference);
  if (found.size() == 1) return *found.front();
  std::vector<std::string> ids;
  for (const WorkflowRow* row : found) ids.push_back(row->submission.id);
  return no_single_match(reference, ids);
}

Result<std::vector<WorkflowRow>> MemoryStore::list(const ListFilter& filter) {
  std::vector<WorkflowRow> rows;
  std::uint32_t passed = 0;
  for (auto at = disk_.workflows.rbegin(); at != disk_.workflows.rend(); ++at) {
    if (rows.size() == filter.limit) break;
    if (!fits(at->second.row, filter) || passed++ < filter.offset) continue;
    rows.push_back(at->second.row);
  }
  if (filter.order == ListOrder::kOldestFirst) std::reverse(rows.begin(), rows.end());
  return rows;
}

Result<StoredWorkflow> MemoryStore::load(WorkflowKey key) {
  const auto at = disk_.workflows.find(key);
  if (at == disk_.workflows.end()) return unknown_workflow(key, ErrorCode::kNotFound);
  const MemoryWorkflow& from = at->second;
  StoredWorkflow stored;
  stored.row = from.row;
  stored.spec = from.spec;
  stored.context = from.context;
  stored.snapshot = from.snapshot;
  stored.snapshot_seq = from.snapshot_seq;
  stored.last_seq = from.journal.size();
  stored.source_text = from.source_text;
  stored.rendered = from.rendered.empty() ? from.source_text : from.rendered;
  stored.request = from.request;
  return stored;
}

Result<std::vector<JournaledEvent>> MemoryStore::events(WorkflowKey key, Seq after, std::size_t limit) {
  const auto at = disk_.workflows.find(key);
  if (at == disk_.workflows.end()) return unknown_workflow(key, ErrorCode::kNotFound);
  std::vector<JournaledEvent> found;
  SENNIT_TRY(read_journal(at->second, after, limit, [&found](Seq seq, Event&& event) {
    found.push_back({seq, std::move(event)});
  }));
  return found;
}

Result<std::vector<Keeping>> MemoryStore::keepings() {
  std::vector<const MemoryWorkflow*> order;
  for (const auto& [key, stored] : disk_.workflows) order.push_back(&stored);
  std::ranges::stable_sort(
      order, {}, [](const MemoryWorkflow* stored) { return std::pair(stored->row.finished, stored->row.ended_at); });
  std::map<std::string, std::uint32_t> places;
  for (const MemoryWorkflow* stored : order) {
    places.emplace(stored->row.submission.id, static_cast<std::uint32_t>(places.size()));
  }
  std::vector<Keeping> found;
  for (const MemoryWorkflow* stored : order) {
    const WorkflowRow& row = stored->row;
    Keeping& one = found.emplace_back(
        Keeping{row.key, row.submission.id, row.ended_at, row.finished, row.pinned, stored->condemned, row.bytes, {}});
    std::map<WorkflowKey, std::uint32_t> lenders;
    for (const std::string& lender : stored->lenders) {
      if (!places.contains(lender)) continue;
      lenders[order[places.at(lender)]->row.key] = places.at(lender);
    }
    for (const auto& [key, place] : lenders) one.lenders.push_back(place);
  }
  return found;
}

Result<std::vector<std::string>> MemoryStore::borrowers(WorkflowKey key) {
  std::vector<std::string> ids;
  const auto lender = disk_.workflows.find(key);
  if (lender == disk_.workflows.end()) return ids;
  for (const auto& [other, stored] : disk_.workflows) {
    const bool borrows = std::ranges::find(stored.lenders, lender->second.row.submission.id) != stored.lenders.end();
    if (borrows && !stored.condemned) ids.push_back(stored.row.submission.id);
  }
  return ids;
}

Result<std::vector<WorkflowRow>> MemoryStore::unmeasured(std::size_t limit) {
  std::vector<WorkflowRow> rows;
  for (const auto& [key, stored] : disk_.workflows) {
    if (rows.size() == limit) break;
    if (stored.row.finished && !stored.condemned && !stored.row.bytes) rows.push_back(stored.row);
  }
  return rows;
}

Result<void> MemoryStore::set_sizes(const std::vector<MeasuredSize>& sizes) {
  for (const MeasuredSize& size : sizes) {
    const auto at = disk_.workflows.find(size.key);
    if (at != disk_.workflows.end() && at->second.row.finished) at->second.row.bytes = size.bytes;
  }
  return {};
}

Result<void> MemoryStore::pin(WorkflowKey key, Pin pin) {
  const auto at = disk_.workflows.find(key);
  if (at == disk_.workflows.end()) return unknown_workflow(key, ErrorCode::kNotFound);
  MemoryWorkflow& stored = at->second;
  if (stored.condemned) {
    return Error(ErrorCode::kConflict, fmt::format("{} is being removed", stored.row.submission.id));
  }
  stored.row.pinned = pin == Pin::kOn;
  return {};
}

Result<MemoryWorkflow*> MemoryStore::finished(WorkflowKey key) {
  const auto at = disk_.workflows.find(key);
  if (at == disk_.workflows.end()) return unknown_workflow(key, ErrorCode::kNotFound);
  if (at->second.row.finished) return &at->second;
  return Error(ErrorCode::kConflict, fmt::format("workflow {} is not finished", at->second.row.submission.id));
}

Result<void> MemoryStore::condemn(const std::vector<WorkflowKey>& keys) {
  std::vector<MemoryWorkflow*> found;
  for (const WorkflowKey key : keys) {
    SENNIT_ASSIGN(MemoryWorkflow * stored, finished(key));
    if (stored->row.pinned) {
      return Error(ErrorCode::kConflict, fmt::format("workflow {} is pinned", stored->row.submission.id));
    }
    found.push_back(stored);
  }
  for (MemoryWorkflow* stored : found) stored->condemned = true;
  return {};
}

Result<std::vector<WorkflowRow>> MemoryStore::condemned() {
  std::vector<WorkflowRow> rows;
  for (const auto& [key, stored] : disk_.workflows) {
    if (stored.condemned) rows.push_back(stored.row);
  }
  return rows;
}

Result<void> MemoryStore::remove(WorkflowKey key) {
  SENNIT_ASSIGN([[maybe_unused]] const MemoryWorkflow* const stored, finished(key));
  disk_.workflows.erase(key);
  return {};
}

Result<std::vector<std::string>> MemoryStore::change_tags(WorkflowKey key, const TagChange& change) {
  const auto at = disk_.workflows.find(key);
  if (at == disk_.workflows.end()) return unknown_workflow(key, ErrorCode::kNotFound);
  std::vector<std::string>& tags = at->second.row.tags;
  std::set<std::string> changed(tags.begin(), tags.end());
  for (const std::string& tag : change.remove) changed.erase(tag);
  changed.insert(change.add.begin(), change.add.end());
  tags.assign(changed.begin(), changed.end());
  return tags;
}

Result<std::vector<std::string>> MemoryStore::tags() {
  std::set<std::string> all;
  for (const auto& [key, stored] : disk_.workflows) all.insert(stored.row.tags.begin(), stored.row.tags.end());
  return std::vector<std::string>(all.begin(), all.end());
}

}  // namespace sennit::store
