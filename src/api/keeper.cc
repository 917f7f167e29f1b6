#include "api/keeper.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "api/retention_view.h"
#include "model/status.h"
#include "store/run_files.h"

namespace sennit::api {
namespace {

constexpr std::size_t kMeasuredAtATime = 64;
constexpr Micros kEvery = std::chrono::hours(24);
// Files that are too large are removed so soon, however many workflows end meanwhile.
constexpr Micros kSoon = std::chrono::seconds(10);
constexpr Micros kAgain = std::chrono::seconds(1);
constexpr std::size_t kNamed = 3;

bool is_end(const Event& event) {
  const auto* moved = std::get_if<event::WorkflowMoved>(&event.what);
  return moved != nullptr && is_finished(moved->to);
}

Error conflict(std::string message) { return {ErrorCode::kConflict, std::move(message)}; }

std::string named(const std::vector<std::string>& ids) {
  std::string text;
  for (std::size_t i = 0; i < std::min(ids.size(), kNamed); ++i) text.append(i == 0 ? "" : ", ").append(ids[i]);
  if (ids.size() > kNamed) text += fmt::format(" and {} more", ids.size() - kNamed);
  return text;
}

}  // namespace

// What is known of one request while its files are being removed.
struct Keeper::Collection {
  views::GcReply reply;
  loop::Callback<void(Result<views::GcReply>)> answer;
  std::size_t left = 0;
};

Keeper::Keeper(loop::Loop& loop, store::Store& store, engine::Engine& engine, KeeperOptions options)
    : loop_(loop),
      store_(store),
      engine_(engine),
      options_(std::move(options)),
      next_(loop),
      measure_(loop),
      measure_again_(loop) {
  engine_.add_observer(*this);
}

Keeper::~Keeper() {
  engine_.remove_observer(*this);
  stop_.request_stop();
}

Result<void> Keeper::open() {
  SENNIT_ASSIGN(const std::vector<store::WorkflowRow> rows, store_.condemned());
  for (const store::WorkflowRow& row : rows) going_.insert(row.submission.id);
  next_.arm_after(Micros::zero(), [this] { look(); });
  return {};
}

loop::WorkerPool& Keeper::worker() {
  if (!worker_) worker_.emplace(loop_, 1);
  return *worker_;
}

void Keeper::complain(const Error& error) {
  if (options_.trouble) options_.trouble(error);
}

// --- sizes ---------------------------------------------------------------------------------------------------------

void Keeper::committed(std::span<const Event> events, const core::State& /*state*/) {
  if (measure_.is_armed() || std::ranges::none_of(events, is_end)) return;
  measure_.arm_after(Micros::zero(), [this] { when_measured({}); });
}

void Keeper::when_measured(loop::Callback<void()> then) {
  if (then) waiting_.push_back(std::move(then));
  if (!measuring_) measure_some();
}

void Keeper::measure_some() {
  auto rows = store_.unmeasured(kMeasuredAtATime);
  if (!rows) complain(rows.error());
  measuring_ = rows.ok() && !rows->empty();
  if (!measuring_) {
    for (auto& then : std::exchange(waiting_, {})) then();
    return;
  }
  auto work = [batch = std::move(*rows), runs_dir = options_.runs_dir, stop = stop_.get_token()] {
    std::vector<store::MeasuredSize> sizes;
    for (const store::WorkflowRow& row : batch) {
      sizes.push_back({row.key, store::measure_run(runs_dir, row.submission.id, stop)});
    }
    return sizes;
  };
  worker().submit(std::move(work), [this](const std::vector<store::MeasuredSize>& sizes) {
    std::uint64_t bytes = 0;
    for (const store::MeasuredSize& size : sizes) bytes += size.bytes;
    take_sizes(store_.set_sizes(sizes), bytes);
  });
}

void Keeper::take_sizes(const Result<void>& stored, std::uint64_t bytes) {
  measuring_ = false;
  if (!stored) {  // the disk is full, say: what waits goes on with what is known
    complain(stored.error());
    for (auto& then : std::exchange(waiting_, {})) then();
    return;
  }
  if (total_) *total_ += bytes;
  if (total_ && options_.rule.max_bytes && *total_ > *options_.rule.max_bytes) look_later(kSoon);
  measure_some();
}

// Of a workflow with many logs they come one after the other.
void Keeper::measure_again(WorkflowKey key) {
  changed_.insert(key);
  if (!measure_again_.is_armed()) measure_again_.arm_after(kAgain, [this] { measure_changed(); });
}

void Keeper::measure_changed() {
  std::vector<store::WorkflowRow> rows;
  for (const WorkflowKey key : std::exchange(changed_, {})) {
    auto stored = store_.load(key);
    // One that is not finished, or not measured yet, is measured when its time comes.
    if (stored && stored->row.finished && stored->row.bytes) rows.push_back(std::move(stored->row));
  }
  if (rows.empty()) return;
  auto work = [rows = std::move(rows), runs_dir = options_.runs_dir, stop = stop_.get_token()] {
    std::vector<std::pair<store::MeasuredSize, std::uint64_t>> sizes;  // and what it was
    for (const store::WorkflowRow& row : rows) {
      sizes.push_back({{row.key, store::measure_run(runs_dir, row.submission.id, stop)}, *row.bytes});
    }
    return sizes;
  };
  worker().submit(std::move(work), [this](const std::vector<std::pair<store::MeasuredSize, std::uint64_t>>& sizes) {
    std::vector<store::MeasuredSize> now;
    for (const auto& [size, before] : sizes) {
      now.push_back(size);
      if (total_) *total_ -= std::min(*total_, before - std::min(before, size.bytes));
    }
    if (const Result<void> stored = store_.set_sizes(now); !stored) complain(stored.error());
  });
}

// --- looking for what is due ---------------------------------------------------------------------------------------

// The timer stands for the nearest reason to look; what is too large is not put off by each end of a workflow.
void Keeper::look_later(Micros after) {
  const Instant due = engine_.now() + after;
  if (next_.is_armed() && next_due_.is_set() && next_due_ <= due) return;
  next_due_ = due;
  next_.arm_after(after, [this] { look(); });
}

void Keeper::look() {
  next_due_ = {};
  look_later(kEvery);
  when_measured([this] { sweep(); });
}

void Keeper::sweep() {
  auto all = store_.keepings();
  if (!all) return complain(all.error());
  const store::RetentionPlan plan = plan_now(*all);
  total_ = plan.left;
  if (plan.next) look_later(std::max(kSoon, *plan.next - engine_.now()));
  if (const Result<void> marked = condemn(*all, plan.going); !marked) return complain(marked.error());
  for (const store::Going& going : plan.going) {
    const store::Keeping& one = (*all)[going.at];
    if (at_work_.contains(one.id)) continue;
    remove_files(one.key, one.id, [this](const Result<void>& gone) {
      if (!gone && gone.error().code() != ErrorCode::kCancelled) complain(gone.error());
    });
  }
}

store::RetentionPlan Keeper::plan_now(std::span<const store::Keeping> all) const {
  return store::plan_retention(all, options_.rule, engine_.now(),
                               [this](const std::string& id) { return holds_.contains(id); });
}

// --- requests ------------------------------------------------------------------------------------------------------

void Keeper::collect(const views::GcRequest& request, loop::Callback<void(Result<views::GcReply>)> reply) {
  when_measured([this, request, kept = std::move(reply)]() mutable { collect_now(request, std::move(kept)); });
}

void Keeper::collect_now(const views::GcRequest& request, loop::Callback<void(Result<views::GcReply>)> reply) {
  auto all = store_.keepings();
  if (!all) return reply(all.error());
  const store::RetentionPlan plan = plan_now(*all);
  auto collection = std::make_shared<Collection>();
  collection->reply = gc_reply(*all, plan, options_.rule);
  collection->reply.dry_run = request.dry_run;
  if (request.dry_run || plan.going.empty()) return reply(std::move(collection->reply));
  if (const Result<void> marked = condemn(*all, plan.going); !marked) return reply(marked.error());
  total_ = plan.left;
  collection->answer = std::move(reply);
  collection->left = plan.going.size();
  for (std::size_t i = 0; i < plan.going.size(); ++i) {
    const store::Keeping& one = (*all)[plan.going[i].at];
    remove_files(one.key, one.id, [collection, i](const Result<void>& gone) {
      views::RemovedView& removed = collection->reply.removed[i];
      if (!gone) {
        removed.error = gone.error().message();
        collection->reply.freed -= removed.size;
        collection->reply.size += removed.size;
      }
      if (--collection->left == 0) collection->answer(std::move(collection->reply));
    });
  }
}

void Keeper::remove(WorkflowKey key, loop::Callback<void(Result<views::DeleteReply>)> reply) {
  when_measured([this, key, kept = std::move(reply)]() mutable { remove_now(key, std::move(kept)); });
}

void Keeper::remove_now(WorkflowKey key, loop::Callback<void(Result<views::DeleteReply>)> reply) {
  auto row = removable(key);
  if (!row) return reply(row.error());
  const std::string id = row->submission.id;
  if (const Result<void> marked = store_.condemn({key}); !marked) return reply(marked.error());
  going_.insert(id);
  auto done = [id, bytes = row->bytes.value_or(0), kept = std::move(reply)](const Result<void>& gone) mutable {
    if (!gone) return kept(gone.error());
    kept(views::DeleteReply{.name = id, .size = bytes});
  };
  remove_files(key, id, std::move(done));
}

// One that could not be removed before may be tried again.
Result<store::WorkflowRow> Keeper::removable(WorkflowKey key) {
  SENNIT_ASSIGN(store::StoredWorkflow stored, store_.load(key));
  store::WorkflowRow& row = stored.row;
  const std::string& id = row.submission.id;
  if (!row.finished) {
    return conflict(fmt::format("{} is {}; cancel it first: sennit cancel {}", id, to_string(row.status), id));
  }
  if (row.pinned) return conflict(fmt::format("{} is pinned; first: sennit unpin {}", id, id));
  if (at_work_.contains(id)) return conflict(fmt::format("{} is being removed already", id));
  SENNIT_ASSIGN(const std::vector<std::string> readers, store_.borrowers(key));
  if (!readers.empty()) {
    return conflict(fmt::format("{} is needed: {} {} outputs of it; delete {} first", id, named(readers),
                                readers.size() == 1 ? "reads" : "read", readers.size() == 1 ? "that" : "those"));
  }
  if (holds_.contains(id)) {
    return conflict(fmt::format("{} is needed: a workflow that is being submitted reads outputs of it", id));
  }
  return std::move(row);
}

Result<views::PinReply> Keeper::pin(const store::WorkflowRow& row, store::Pin pin) {
  SENNIT_TRY(store_.pin(row.key, pin));
  const bool pinned = pin == store::Pin::kOn;
  return views::PinReply{.name = row.submission.id, .pinned = pinned, .changed = row.pinned != pinned};
}

// --- removing ------------------------------------------------------------------------------------------------------

Result<void> Keeper::condemn(std::span<const store::Keeping> all, std::span<const store::Going> going) {
  std::vector<WorkflowKey> keys;
  for (const store::Going& one : going) keys.push_back(all[one.at].key);
  if (keys.empty()) return {};
  SENNIT_TRY(store_.condemn(keys));
  for (const store::Going& one : going) going_.insert(all[one.at].id);
  return {};
}

void Keeper::remove_files(WorkflowKey key, const std::string& id, OnGone gone) {
  at_work_.insert(id);
  auto work = [id, runs_dir = options_.runs_dir, stop = stop_.get_token()] {
    return store::remove_run(runs_dir, id, stop);
  };
  worker().submit(std::move(work), [this, key, id, kept = std::move(gone)](Result<void> files) mutable {
    at_work_.erase(id);
    Result<void> result = files.ok() ? store_.remove(key) : std::move(files);
    // Somebody else was faster: it was asked for twice.
    if (!result && result.error().code() == ErrorCode::kNotFound) result = {};
    if (result) going_.erase(id);
    kept(std::move(result));
  });
}

}  // namespace sennit::api
