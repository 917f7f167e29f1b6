// What each task did when: the bars of a timeline. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/instant.h"
#include "views/views.h"

namespace sennit::tui {

enum class Phase : std::uint8_t { kQueued, kStarting, kDownloading, kRunning, kUploading };
inline constexpr int kPhases = 5;

struct Span {
  Phase phase = Phase::kQueued;
  Instant from;
  Instant to;  // not set: it goes on
  friend bool operator==(const Span&, const Span&) = default;
};

struct TimelineRow {
  std::string name;
  std::string status;
  std::vector<Span> spans;  // in the order of time
  Instant begin() const { return spans.empty() ? Instant() : spans.front().from; }
};

struct Timeline {
  std::string id;
  std::string status;
  Instant submitted;
  Instant ended;                  // not set: it goes on
  std::vector<TimelineRow> rows;  // by when they began; those that have not come last
};

// Of its latest attempt. Queued from when nothing upstream held it back.
std::vector<Span> spans_of(const views::TaskView& task);
// Each piece of the workflow is told once; then the rows are put in order.
void add_rows(const views::WorkflowView& piece, Timeline& timeline);
void put_in_order(Timeline& timeline);

// Which part of the time is in sight: from the left edge on, so much in each column.
struct TimeScale {
  Instant from;
  Micros column{1};

  // May lie outside of what is in sight.
  long column_of(Instant at) const;
  Instant at(long columns) const { return from + column * columns; }
};

// A round time between the marks of an axis, so that they are at least so many columns apart.
Micros step_of_axis(Micros column, int columns);

}  // namespace sennit::tui
