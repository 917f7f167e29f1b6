#include "tui/timeline/spans.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sennit::tui {
namespace {

// The first of these that is known.
Instant first_of(std::initializer_list<Instant> times) {
  for (const Instant at : times) {
    if (at.is_set()) return at;
  }
  return {};
}

constexpr std::array<std::int64_t, 31> kSteps = {  // milliseconds
    1,
    2,
    5,
    10,
    20,
    50,
    100,
    200,
    500,
    1'000,
    2'000,
    5'000,
    10'000,
    15'000,
    30'000,
    60'000,
    120'000,
    300'000,
    600'000,
    900'000,
    1'800'000,
    3'600'000,
    7'200'000,
    10'800'000,
    21'600'000,
    43'200'000,
    86'400'000,
    172'800'000,
    604'800'000,
    2'592'000'000,
    31'536'000'000};

}  // namespace

std::vector<Span> spans_of(const views::TaskView& task) {
  std::vector<Span> spans;
  // One that ended in the middle of a phase has nothing that goes on.
  const auto add = [&](Phase phase, Instant from, std::initializer_list<Instant> ends) {
    if (!from.is_set()) return;
    Instant to = first_of(ends);
    if (!to.is_set()) to = task.end_time;
    if (to.is_set() && to < from) to = from;
    spans.push_back({phase, from, to});
  };
  const Instant placed = first_of({task.initializing_start_time, task.input_download_start_time, task.start_time});
  add(Phase::kQueued, first_of({task.processing_start_time, task.scheduling_start_time}), {placed});
  add(Phase::kStarting, task.initializing_start_time, {task.input_download_start_time, task.start_time});
  add(Phase::kDownloading, task.input_download_start_time, {task.input_download_end_time, task.start_time});
  add(Phase::kRunning, task.start_time, {task.output_upload_start_time});
  add(Phase::kUploading, task.output_upload_start_time, {task.output_upload_end_time});
  return spans;
}

void add_rows(const views::WorkflowView& piece, Timeline& timeline) {
  timeline.id = piece.name;
  timeline.status = piece.status;
  timeline.submitted = piece.submit_time;
  timeline.ended = piece.end_time;
  for (const views::GroupView& group : piece.groups) {
    for (const views::TaskView& task : group.tasks)
      timeline.rows.push_back({.name = task.name, .status = task.status, .spans = spans_of(task)});
  }
}

void put_in_order(Timeline& timeline) {
  std::ranges::stable_sort(timeline.rows, {},
                           [](const TimelineRow& row) { return std::pair(!row.begin().is_set(), row.begin()); });
}

long TimeScale::column_of(Instant at) const {
  const std::int64_t past = (at - from).count();
  const std::int64_t one = std::max<std::int64_t>(column.count(), 1);
  return static_cast<long>(past >= 0 ? past / one : -((-past + one - 1) / one));
}

Micros step_of_axis(Micros column, int columns) {
  for (const std::int64_t step : kSteps) {
    const Micros micros = std::chrono::milliseconds(step);
    if (micros >= column * columns) return micros;
  }
  return column * columns;
}

}  // namespace sennit::tui
