#include "api/event_feed.h"

#include <fmt/format.h>

#include "api/query.h"
#include "api/replies.h"
#include "http/sse.h"
#include "loop/timer.h"
#include "views/json.h"
#include "views/json_writer.h"

namespace sennit::api {
namespace {

constexpr std::size_t kAtOnce = 1000;  // then the loop's other work has its turn

Result<FeedQuery> feed_query(const http::Target& target) {
  FeedQuery query;
  SENNIT_ASSIGN(query.level, event_level(target));
  if (const auto since = text_parameter(target, "since")) {
    const std::optional<Instant> at = views::parse_instant(*since);
    if (!at) return Error(ErrorCode::kInvalid, fmt::format("since={}: a time as RFC 3339 was expected", *since));
    query.since = *at;
  }
  if (flag_parameter(target, "follow")) query.follow = FeedQuery::Follow::kYes;
  return query;
}

}  // namespace

class EventFeed::Follower {
 public:
  Follower(EventFeed& feed, const FeedQuery& query, std::unique_ptr<http::Responder> responder)
      : feed_(feed),
        query_(query),
        merge_(feed.engine_, feed.store_, query.level, query.since),
        responder_(std::move(responder)),
        next_(feed.loop_) {}

  void begin(const std::vector<store::Keeping>& workflows) {
    responder_->on_closed([this] { feed_.remove(this); });
    responder_->on_drained([this] { wake(); });
    responder_->start_stream(200, "text/event-stream", {{"Cache-Control", "no-store"}});
    for (const store::Keeping& one : workflows) {
      if (!one.finished || one.ended_at >= query_.since) merge_.touch(one.key);
    }
    merge_.go_live();
    wake();
  }

  void touch(WorkflowKey key) {
    merge_.touch(key);
    wake();
  }

 private:
  void wake() {
    if (!next_.is_armed()) next_.arm_after({}, [this] { tell(); });
  }

  void tell() {
    if (responder_->buffered() > http::Responder::kHighWater) return;  // on_drained goes on
    std::string text;
    merge_.read(kAtOnce, [&text](const views::EventView& view) {
      append_event(text, http::SseEvent{.id = "", .type = view.kind, .data = to_json(view)});
    });
    responder_->write(text);
    if (!merge_.is_at_end()) return wake();
    if (query_.follow == FeedQuery::Follow::kYes) return;
    views::EventView end;
    end.kind = "end";
    end.at = feed_.loop_.clock().now();
    text.clear();
    append_event(text, http::SseEvent{.id = "", .type = end.kind, .data = to_json(end)});
    responder_->write(text);
    responder_->end();
    feed_.loop_.post([&feed = feed_, self = this] { feed.remove(self); });
  }

  EventFeed& feed_;
  FeedQuery query_;
  JournalMerge merge_;
  std::unique_ptr<http::Responder> responder_;
  loop::Timer next_;
};

EventFeed::EventFeed(loop::Loop& loop, engine::Engine& engine, store::Store& store)
    : loop_(loop), engine_(engine), store_(store) {
  engine_.add_observer(*this);
}

EventFeed::~EventFeed() { engine_.remove_observer(*this); }

void EventFeed::open(const http::Target& target, std::unique_ptr<http::Responder> responder) {
  const Result<FeedQuery> query = feed_query(target);
  if (!query) return send_error(*responder, query.error());
  const auto workflows = store_.keepings();
  if (!workflows) return send_error(*responder, workflows.error());
  followers_.push_back(std::make_unique<Follower>(*this, *query, std::move(responder)));
  followers_.back()->begin(*workflows);
}

void EventFeed::committed(std::span<const Event> events, const core::State& /*state*/) {
  if (followers_.empty()) return;
  std::set<WorkflowKey> touched;
  for (const Event& event : events) touched.insert(event.workflow);
  for (const auto& follower : followers_) {
    for (const WorkflowKey key : touched) follower->touch(key);
  }
}

void EventFeed::remove(const Follower* follower) {
  if (followers_.remove_if([&](const auto& kept) { return kept.get() == follower; }) > 0 && left_) left_();
}

}  // namespace sennit::api
