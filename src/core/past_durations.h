// How long tasks ran before, by name: medians of attempts that completed.
//
// Tasks of a sweep ("train-1", "train-2", ...) share what is known of them: a name without an entry of its own is asked
// for without its number.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "core/state.h"

namespace sennit::core {

// The name without the number at its end: "train" for "train-12"; the name itself if nothing else is left.
std::string_view stem_of(std::string_view name);

class PastDurations {
 public:
  PastDurations() = default;
  // Asks `earlier`, which must outlive it, for what it does not know itself.
  explicit PastDurations(const PastDurations* earlier) : earlier_(earlier) {}

  struct Median {
    Micros duration{};
    std::size_t runs = 0;
  };

  // What is added first counts most: of each name only the first kKept are kept.
  void add(std::string_view task, Micros duration);
  // The completed tasks of a workflow. Of a long one, a part.
  void add_completed(const WorkflowState& workflow);
  // The same, to speak for others of a sweep only: nobody will ask for these very tasks.
  void add_alike(const WorkflowState& workflow);

  std::optional<Median> of(std::string_view task) const;
  bool empty() const { return by_stem_.empty() && (earlier_ == nullptr || earlier_->empty()); }

 private:
  static constexpr std::size_t kKept = 31;
  static constexpr std::size_t kMostNames = 10'000;  // of each kind; later ones are not kept
  static constexpr std::size_t kMostTasks = 20'000;  // of one workflow

  using Samples = std::map<std::string, std::vector<Micros>, std::less<>>;
  template <class Take>
  static void each_completed(const WorkflowState& workflow, Take take);
  static void add(Samples& samples, std::string_view name, Micros duration);
  static std::optional<Median> median(const Samples& samples, std::string_view name);

  const PastDurations* earlier_ = nullptr;
  Samples by_name_;
  Samples by_stem_;
};

}  // namespace sennit::core
