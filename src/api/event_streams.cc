#include "api/event_streams.h"

#include <algorithm>

#include "api/insight.h"
#include "api/workflow_view.h"
#include "http/sse.h"
#include "loop/timer.h"
#include "views/json.h"

namespace sennit::api {
namespace {

constexpr std::size_t kPage = 1000;
constexpr int kPagesAtOnce = 8;  // then the loop's other work has its turn
constexpr Micros kProgressEvery = std::chrono::milliseconds(200);

std::string text_of(const views::EventView& view) {
  std::string out;
  append_event(out, http::SseEvent{
                        .id = view.seq == 0 ? "" : std::to_string(view.seq), .type = view.kind, .data = to_json(view)});
  return out;
}

}  // namespace

class EventStreams::Follower {
 public:
  Follower(EventStreams& streams, const Record& record, EventQuery query, std::unique_ptr<http::Responder> responder)
      : streams_(streams),
        key_(record.row.key),
        id_(record.row.submission.id),
        query_(query),
        teller_(record, query.level),
        seq_(teller_.reads_after(query)),
        responder_(std::move(responder)),
        next_pages_(streams.loop_),
        progress_(streams.loop_) {}

  void begin() {
    responder_->on_closed([this] { streams_.remove(key_, this); });
    responder_->on_drained([this] { catch_up(); });
    responder_->start_stream(200, "text/event-stream", {{"Cache-Control", "no-store"}});
    catch_up();
  }

  // Told of every committed event of the workflow while live, in order. False: the stream has ended.
  bool take(const Event& event, const core::WorkflowState* workflow) {
    if (!live_) return true;
    if (responder_->buffered() > http::Responder::kHighWater) {
      live_ = false;  // on_drained reads on from the journal
      return true;
    }
    write(event, ++seq_);
    if (!progress_.is_armed()) progress_.arm_after(kProgressEvery, [this] { write_progress(); });
    const auto* moved = std::get_if<event::WorkflowMoved>(&event.what);
    if (moved == nullptr || !is_finished(moved->to)) return true;
    finish(workflow);
    return false;
  }

 private:
  void write(const Event& event, store::Seq seq) {
    if (const auto view = teller_.tell(query_, event, seq)) responder_->write(text_of(*view));
  }

  void catch_up() {
    for (int pages = 0; !live_ && responder_->buffered() <= http::Responder::kHighWater; ++pages) {
      if (pages == kPagesAtOnce) return next_pages_.arm_after({}, [this] { catch_up(); });
      const auto page = streams_.store_.events(key_, seq_, kPage);
      if (!page) {
        write_plain("error", page.error().message(), nullptr);
        leave();
        return;
      }
      for (const store::JournaledEvent& journaled : *page) write(journaled.event, seq_ = journaled.seq);
      if (page->size() == kPage) continue;
      const core::WorkflowState* workflow = streams_.engine_.state().find(key_);
      // What a stalled engine holds is not stored yet: its end is told when it is.
      if (workflow == nullptr || (is_finished(workflow->status) && !streams_.engine_.stall())) {
        finish(workflow);
        leave();
        return;
      }
      live_ = true;
      write_progress();
    }
  }

  void write_progress() {
    const core::WorkflowState* workflow = streams_.engine_.state().find(key_);
    if (workflow != nullptr && live_) write_plain("progress", "", workflow);
  }

  // The stream's last word: the workflow is finished.
  void finish(const core::WorkflowState* workflow) {
    if (workflow != nullptr) {
      write_plain("end", workflow->message, workflow);
    } else {
      Records records(streams_.engine_, streams_.store_);
      const auto record = records.open(std::to_string(key_.value()));
      write_plain("end", record ? record->state->message : "", record ? record->state : nullptr);
    }
    responder_->end();
    live_ = false;
  }

  void write_plain(std::string_view kind, std::string_view message, const core::WorkflowState* workflow) {
    views::EventView view;
    view.kind = kind;
    view.workflow = id_;
    view.message = message;
    view.at = streams_.loop_.clock().now();
    if (workflow != nullptr && kind == "end") view.cost = cost_view(*workflow, nullptr, view.at);
    if (workflow != nullptr) {
      view.status = to_string(workflow->status);
      view.counts = counts_of(*workflow);
    }
    responder_->write(text_of(view));
  }

  // Not from within the call that is using this follower: in the coming turn.
  void leave() {
    next_pages_.cancel();
    streams_.loop_.post([&streams = streams_, key = key_, self = this] { streams.remove(key, self); });
  }

  EventStreams& streams_;
  WorkflowKey key_;
  std::string id_;
  EventQuery query_;
  EventTeller teller_;
  store::Seq seq_;     // the last event that was looked at
  bool live_ = false;  // has caught up: told by take()
  std::unique_ptr<http::Responder> responder_;
  loop::Timer next_pages_;
  loop::Timer progress_;
};

EventStreams::EventStreams(loop::Loop& loop, engine::Engine& engine, store::Store& store)
    : loop_(loop), engine_(engine), store_(store) {
  engine_.add_observer(*this);
}

EventStreams::~EventStreams() { engine_.remove_observer(*this); }

void EventStreams::open(const Record& record, EventQuery query, std::unique_ptr<http::Responder> responder) {
  auto& row = followers_[record.row.key];
  row.push_back(std::make_unique<Follower>(*this, record, query, std::move(responder)));
  row.back()->begin();
}

void EventStreams::committed(std::span<const Event> events, const core::State& state) {
  if (followers_.empty()) return;
  for (const Event& event : events) {
    const auto found = followers_.find(event.workflow);
    if (found == followers_.end()) continue;
    const core::WorkflowState* workflow = state.find(event.workflow);
    std::erase_if(found->second, [&](const auto& follower) { return !follower->take(event, workflow); });
    if (!found->second.empty()) continue;
    followers_.erase(found);
    if (left_) left_();
  }
}

void EventStreams::remove(WorkflowKey key, const Follower* follower) {
  const auto found = followers_.find(key);
  if (found == followers_.end()) return;
  std::erase_if(found->second, [&](const auto& kept) { return kept.get() == follower; });
  if (found->second.empty()) followers_.erase(found);
  if (left_) left_();
}

}  // namespace sennit::api
