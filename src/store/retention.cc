#include "store/retention.h"

#include <algorithm>
#include <set>
#include <utility>

namespace sennit::store {
namespace {

class Planner {
 public:
  Planner(std::span<const Keeping> all, const Retention& rule, Instant now, const IsEntering& is_entering)
      : all_(all), rule_(rule), now_(now), readers_(all.size()), gone_(all.size()), fixed_(all.size()) {
    std::uint64_t finished = 0;
    for (const Keeping& one : all_) {
      plan_.left += one.bytes.value_or(0);
      finished += one.finished ? 1 : 0;
      for (const std::uint32_t lender : one.lenders) ++readers_[lender];
    }
    excess_ = rule_.max_count && finished > *rule_.max_count ? finished - *rule_.max_count : 0;
    for (std::size_t at = 0; at < all_.size(); ++at) {
      fixed_[at] = reason_of(all_[at], is_entering);
      if (!fixed_[at] && readers_[at] == 0) free_.insert(at);
    }
  }

  RetentionPlan plan() {
    for (std::size_t at = 0; at < all_.size(); ++at) {
      if (all_[at].condemned) go(at, GoesFor::kInterrupted);
    }
    take();
    tell_staying();
    return std::move(plan_);
  }

 private:
  static std::optional<StaysFor> reason_of(const Keeping& one, const IsEntering& is_entering) {
    if (!one.finished) return StaysFor::kLive;
    if (one.pinned) return StaysFor::kPinned;
    if (is_entering && is_entering(one.id)) return StaysFor::kEntering;
    return std::nullopt;
  }

  // Places grow with the times of the ends and all rules take the oldest first, so when none gives up the first of
  // those that can go, they are through. Whoever goes may free what it read: older, and the first then.
  void take() {
    while (!free_.empty()) {
      const std::size_t at = *free_.begin();
      std::optional<GoesFor> why = given_up(at);
      if (!why) why = too_large(at);
      if (!why) return;
      go(at, *why);
    }
  }

  std::optional<GoesFor> given_up(std::size_t at) const {
    if (rule_.max_age && all_[at].ended_at < now_ - *rule_.max_age) return GoesFor::kAge;
    const std::size_t live = first_finished();
    if (at - live < excess_) return GoesFor::kCount;
    return std::nullopt;
  }

  std::optional<GoesFor> too_large(std::size_t at) {
    if (!rule_.max_bytes || plan_.left <= *rule_.max_bytes) return std::nullopt;
    if (all_[at].ended_at <= now_ - rule_.size_spares) return GoesFor::kSize;
    plan_.next = all_[at].ended_at + rule_.size_spares;
    return std::nullopt;
  }

  std::size_t first_finished() const {
    if (!first_finished_) {
      const auto first = std::find_if(all_.begin(), all_.end(), [](const Keeping& one) { return one.finished; });
      first_finished_ = static_cast<std::size_t>(first - all_.begin());
    }
    return *first_finished_;
  }

  void go(std::size_t at, GoesFor why) {
    free_.erase(at);
    gone_[at] = true;
    plan_.going.push_back({at, why});
    const std::uint64_t bytes = all_[at].bytes.value_or(0);
    plan_.freed += bytes;
    plan_.left -= bytes;
    for (const std::uint32_t lender : all_[at].lenders) {
      if (--readers_[lender] == 0 && !fixed_[lender] && !gone_[lender]) free_.insert(lender);
    }
  }

  void tell_staying() {
    std::vector<std::vector<std::size_t>> needed_by(all_.size());
    for (std::size_t at = 0; at < all_.size(); ++at) {
      if (gone_[at]) continue;
      for (const std::uint32_t lender : all_[at].lenders) needed_by[lender].push_back(at);
    }
    for (std::size_t at = 0; at < all_.size(); ++at) {
      if (gone_[at] || (!fixed_[at] && needed_by[at].empty())) continue;
      plan_.staying.push_back({at, fixed_[at].value_or(StaysFor::kNeeded), std::move(needed_by[at])});
    }
  }

  std::span<const Keeping> all_;
  const Retention& rule_;
  Instant now_;
  std::uint64_t excess_ = 0;            // so many of the oldest finished ones are too many
  std::vector<std::uint32_t> readers_;  // how many that stay read outputs of each
  std::vector<bool> gone_;
  std::vector<std::optional<StaysFor>> fixed_;  // why no rule can give it up, whoever reads it
  std::set<std::size_t> free_;                  // that rules can give up now
  mutable std::optional<std::size_t> first_finished_;
  RetentionPlan plan_;
};

}  // namespace

RetentionPlan plan_retention(std::span<const Keeping> all, const Retention& rule, Instant now,
                             const IsEntering& is_entering) {
  return Planner(all, rule, now, is_entering).plan();
}

}  // namespace sennit::store
