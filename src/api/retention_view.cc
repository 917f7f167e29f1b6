#include "api/retention_view.h"

#include <string_view>

namespace sennit::api {
namespace {

std::string_view word_of(store::GoesFor why) {
  switch (why) {
    case store::GoesFor::kInterrupted: return "interrupted";
    case store::GoesFor::kAge: return "age";
    case store::GoesFor::kCount: return "count";
    case store::GoesFor::kSize: break;
  }
  return "size";
}

std::string_view word_of(store::StaysFor why) {
  switch (why) {
    case store::StaysFor::kLive: return "live";
    case store::StaysFor::kPinned: return "pinned";
    case store::StaysFor::kNeeded: return "needed";
    case store::StaysFor::kEntering: break;
  }
  return "entering";
}

double seconds(Micros time) { return std::chrono::duration<double>(time).count(); }

views::RetentionView view_of(const store::Retention& rule) {
  views::RetentionView view;
  if (rule.max_age) view.finished = seconds(*rule.max_age);
  view.workflows = rule.max_count;
  view.size = rule.max_bytes;
  if (rule.max_bytes) view.size_spares = seconds(rule.size_spares);
  return view;
}

}  // namespace

views::GcReply gc_reply(std::span<const store::Keeping> all, const store::RetentionPlan& plan,
                        const store::Retention& rule) {
  views::GcReply reply{.rules = view_of(rule), .freed = plan.freed, .others_size = plan.left, .size = plan.left};
  for (const store::Going& going : plan.going) {
    const store::Keeping& one = all[going.at];
    reply.removed.push_back({.name = one.id,
                             .why = std::string(word_of(going.why)),
                             .end_time = one.ended_at,
                             .size = one.bytes.value_or(0),
                             .error = {}});
  }
  for (const store::Staying& staying : plan.staying) {
    const store::Keeping& one = all[staying.at];
    views::KeptView& view = reply.kept.emplace_back();
    view.name = one.id;
    view.why = word_of(staying.why);
    view.size = one.bytes.value_or(0);
    for (const std::size_t reader : staying.needed_by) view.needed_by.push_back(all[reader].id);
    reply.others_size -= view.size;
  }
  reply.others = all.size() - plan.going.size() - plan.staying.size();
  return reply;
}

}  // namespace sennit::api
