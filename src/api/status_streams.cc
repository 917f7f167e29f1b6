#include "api/status_streams.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "api/workflow_viewer.h"
#include "http/sse.h"
#include "loop/timer.h"
#include "views/json.h"

namespace sennit::api {
namespace {

constexpr std::size_t kPieceTasks = 500;
constexpr int kPiecesAtOnce = 8;  // then the loop's other work has its turn
// What has changed is told after so long, together with what else has changed by then.
constexpr Micros kMoved = std::chrono::milliseconds(50);
constexpr Micros kMeasured = std::chrono::seconds(1);
constexpr Micros kReasons = std::chrono::seconds(1);
constexpr int kShareOfServer = 20;  // a follower takes no more than this part of its time

// Whose tasks it is about; none: the workflow itself.
std::optional<GroupIndex> group_of(const Event& event, const Workflow& spec) {
  const auto of_task = [&spec](TaskIndex task) { return spec.tasks[task.value()].group; };
  return std::visit(
      [&](const auto& what) -> std::optional<GroupIndex> {
        if constexpr (requires { what.group; }) {
          return what.group;
        } else if constexpr (requires { what.task.has_value(); }) {
          if (what.task) return of_task(*what.task);
        } else if constexpr (requires { what.task; }) {
          return of_task(what.task);
        }
        return std::nullopt;
      },
      event.what);
}

bool is_end(const Event& event) {
  const auto* moved = std::get_if<event::WorkflowMoved>(&event.what);
  return moved != nullptr && is_finished(moved->to);
}

// What tells one state of a workflow from another: not what only grows with time.
std::size_t mark_of(views::WorkflowView head) {
  head.duration = head.queued_time = head.time_left = std::nullopt;
  head.cost = {};
  head.groups.clear();
  return std::hash<std::string>()(to_sparse_json(head));
}

std::size_t mark_of(views::GroupView group) {
  group.time_left = std::nullopt;
  return std::hash<std::string>()(to_sparse_json(group));
}

}  // namespace

class StatusStreams::Follower {
 public:
  Follower(StatusStreams& streams, const Record& record, Until until, std::unique_ptr<http::Responder> responder)
      : streams_(streams),
        row_(record.row),
        kept_(record.kept),
        spec_(record.state->spec),
        until_(until),
        responder_(std::move(responder)),
        due_(streams.loop_) {
    if (spec_->tasks.size() <= kDetailedTasks) told_.resize(spec_->groups.size());
  }

  void begin() {
    responder_->on_closed([this] { streams_.remove(row_.key, this); });
    responder_->on_drained([this] { pump(); });
    responder_->start_stream(200, "text/event-stream", {{"Cache-Control", "no-store"}});
    pump();
  }

  const Workflow& spec() const { return *spec_; }

  void touch(GroupIndex group, Micros delay) {
    if (until_ == Until::kListed) return;
    if (group.value() < next_) changed_.insert(group);  // else it is still to be told
    arm(delay);
  }

  void take(const Event& event) {
    if (until_ == Until::kListed) return;
    if (std::holds_alternative<event::Reopened>(event.what)) change_all();
    if (const std::optional<GroupIndex> group = group_of(event, *spec_)) return touch(*group, kMoved);
    arm(kMoved);  // it is about the workflow itself
  }

  // What tasks wait for may be another thing, now that something has happened to any workflow.
  void touch_reasons() {
    if (told_.empty() || until_ == Until::kListed) return;
    reasons_ = true;
    arm(kReasons);
  }

  void pump() {
    if (left_) return;
    due_.cancel();
    const core::WorkflowState* workflow = state();
    if (workflow == nullptr) return leave();
    const Micros began = streams_.loop_.clock().boot();
    const bool was_listed = listed_;
    if (!tell(*workflow)) return;
    const bool over = kept_ != nullptr || (is_finished(workflow->status) && !streams_.engine_.stall());
    if (until_ == Until::kListed || over) return end(*workflow);
    if (was_listed) rest_until_ = began + (streams_.loop_.clock().boot() - began) * kShareOfServer;
  }

 private:
  // False: there is more to tell, later.
  bool tell(const core::WorkflowState& workflow) {
    if (responder_->buffered() > http::Responder::kHighWater) return false;  // on_drained goes on
    const ViewContext context = streams_.context_(workflow);
    WorkflowViewer viewer(workflow, context, Attempts::kLatest);
    // Its outlook is an estimate over all of its tasks: one is enough while they are listed.
    if (first_.name.empty()) first_ = head(viewer);
    views::WorkflowView piece = listed_ ? head(viewer) : first_;
    if (std::exchange(reasons_, false)) change_all();
    bool told = false;
    for (int pieces = 0; fill(viewer, piece); ++pieces) {
      write("status", piece);
      told = true;
      if (responder_->buffered() > http::Responder::kHighWater) return false;  // on_drained goes on
      if (pieces + 1 < kPiecesAtOnce) continue;
      arm({});
      return false;
    }
    const bool was_listed = std::exchange(listed_, true);
    if (!was_listed) piece = head(viewer);
    const std::size_t mark = mark_of(piece);
    if (!was_listed) write("listed", piece);
    if (was_listed && !told && mark != head_) write("status", piece);
    head_ = mark;
    return true;
  }

  views::WorkflowView head(WorkflowViewer& viewer) const {
    views::WorkflowView head = viewer.head();
    head.tags = row_.tags;
    head.pinned = row_.pinned;
    head.size = row_.bytes;
    return head;
  }

  void change_all() {
    for (std::uint32_t i = 0; i < next_; ++i) changed_.insert(GroupIndex(i));
  }

  // The next groups that are to be told; false: there are none.
  bool fill(WorkflowViewer& viewer, views::WorkflowView& piece) {
    piece.groups.clear();
    std::size_t tasks = 0;
    while (tasks < kPieceTasks) {
      const std::optional<GroupIndex> group = take_next();
      if (!group) break;
      views::GroupView view = viewer.group(*group);
      if (!is_new(*group, view)) continue;
      tasks += view.tasks.size();
      piece.groups.push_back(std::move(view));
    }
    return !piece.groups.empty();
  }

  std::optional<GroupIndex> take_next() {
    if (next_ < spec_->groups.size()) return GroupIndex(next_++);
    if (changed_.empty()) return std::nullopt;
    return changed_.extract(changed_.begin()).value();
  }

  // Of a small workflow it is known what was told of each group.
  bool is_new(GroupIndex group, const views::GroupView& view) {
    if (told_.empty()) return true;
    const std::size_t mark = mark_of(view);
    return std::exchange(told_[group.value()], mark) != mark;
  }

  void write(std::string_view kind, const views::WorkflowView& piece) {
    std::string out;
    append_event(out, http::SseEvent{.id = "", .type = std::string(kind), .data = to_sparse_json(piece)});
    responder_->write(out);
  }

  void end(const core::WorkflowState& workflow) {
    if (until_ == Until::kEnd) {
      const ViewContext context = streams_.context_(workflow);
      WorkflowViewer viewer(workflow, context, Attempts::kLatest);
      write("end", head(viewer));
    }
    responder_->end();
    leave();
  }

  // From the engine, or, when it has ended and is gone from there, from the store. Null: it was deleted.
  const core::WorkflowState* state() {
    if (kept_) return kept_.get();
    if (const core::WorkflowState* live = streams_.engine_.state().find(row_.key)) return live;
    const Result<Record> record = streams_.records_.open(row_);
    if (record) kept_ = record->kept;
    return kept_.get();
  }

  void arm(Micros delay) {
    const Micros due = std::max(streams_.loop_.clock().boot() + delay, rest_until_);
    if (due_.is_armed() && armed_for_ <= due) return;
    armed_for_ = due;
    due_.arm_at_boot(due, [this] { pump(); });
  }

  // Not from within the call that is using this follower: in the coming turn.
  void leave() {
    left_ = true;
    due_.cancel();
    streams_.loop_.post([&streams = streams_, key = row_.key, self = this] { streams.remove(key, self); });
  }

  StatusStreams& streams_;
  store::WorkflowRow row_;
  std::shared_ptr<const core::WorkflowState> kept_;
  std::shared_ptr<const Workflow> spec_;
  Until until_;
  std::unique_ptr<http::Responder> responder_;
  std::uint32_t next_ = 0;        // groups from here on were not told yet
  std::set<GroupIndex> changed_;  // of the others
  views::WorkflowView first_;     // the workflow when the first were told, without groups
  bool listed_ = false;           // each was told once
  bool reasons_ = false;          // may have changed
  bool left_ = false;
  std::vector<std::size_t> told_;  // marks of what was told; none of a large workflow
  std::size_t head_ = 0;           // likewise
  Micros rest_until_{};
  Micros armed_for_{};
  loop::Timer due_;
};

StatusStreams::StatusStreams(loop::Loop& loop, engine::Engine& engine, Records& records, Context context)
    : loop_(loop), engine_(engine), records_(records), context_(std::move(context)) {
  engine_.add_observer(*this);
}

StatusStreams::~StatusStreams() { engine_.remove_observer(*this); }

void StatusStreams::open(const Record& record, Until until, std::unique_ptr<http::Responder> responder) {
  auto& row = followers_[record.row.key];
  row.push_back(std::make_unique<Follower>(*this, record, until, std::move(responder)));
  row.back()->begin();
}

void StatusStreams::committed(std::span<const Event> events, const core::State& /*state*/) {
  if (followers_.empty()) return;
  std::set<WorkflowKey> ended;
  for (const Event& event : events) {
    const auto found = followers_.find(event.workflow);
    if (found == followers_.end()) continue;
    if (is_end(event)) ended.insert(event.workflow);
    for (const auto& follower : found->second) follower->take(event);
  }
  // The engine forgets it soon.
  for (const WorkflowKey key : ended) {
    for (const auto& follower : followers_.at(key)) follower->pump();
  }
  for (const auto& [key, followers] : followers_) {
    for (const auto& follower : followers) follower->touch_reasons();
  }
}

void StatusStreams::measured(const AttemptId& attempt) {
  const auto found = followers_.find(attempt.workflow);
  if (found == followers_.end()) return;
  for (const auto& follower : found->second) {
    if (attempt.task.value() >= follower->spec().tasks.size()) continue;
    follower->touch(follower->spec().tasks[attempt.task.value()].group, kMeasured);
  }
}

void StatusStreams::remove(WorkflowKey key, const Follower* follower) {
  const auto found = followers_.find(key);
  if (found == followers_.end()) return;
  std::erase_if(found->second, [&](const auto& kept) { return kept.get() == follower; });
  if (found->second.empty()) followers_.erase(found);
  if (left_) left_();
}

}  // namespace sennit::api
