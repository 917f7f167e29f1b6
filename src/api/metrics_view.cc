#include "api/metrics_view.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "api/measure_board.h"
#include "logs/run_layout.h"
#include "progress/series_file.h"

namespace sennit::api {
namespace {

std::optional<double> finite(double value) { return std::isfinite(value) ? std::optional(value) : std::nullopt; }

std::optional<double> of_finite(const progress::Point& point, double value) {
  return point.finite > 0 ? std::optional(value) : std::nullopt;
}

views::SeriesPointView view_of(const progress::Point& point) {
  return {.at = point.at,
          .step = finite(point.step),
          .value = finite(point.last),
          .mean = of_finite(point, point.mean),
          .min = of_finite(point, point.min),
          .max = of_finite(point, point.max),
          .count = point.count};
}

views::SeriesView view_of(const progress::Series& series, Points points) {
  const progress::Point whole = series.whole();
  views::SeriesView view{.name = series.name,
                         .last = finite(whole.last),
                         .mean = of_finite(whole, whole.mean),
                         .min = of_finite(whole, whole.min),
                         .max = of_finite(whole, whole.max),
                         .count = whole.count,
                         .points = {}};
  if (points == Points::kNone) return view;
  for (const progress::Point& point : series.points) view.points.push_back(view_of(point));
  return view;
}

std::vector<progress::Series> series_at(const std::string& path) {
  Result<std::vector<progress::Series>> series = progress::read_series(path);
  return series ? std::move(*series) : std::vector<progress::Series>();
}

}  // namespace

void add_series(const std::string& runs_dir, Points points, views::TaskMetricsView& view) {
  const logs::RunLayout layout = logs::run_layout(runs_dir, view.name, view.retry_id);
  std::vector<NamedValue> latest;
  Instant at;
  for (const progress::Series& series : series_at(layout.progress)) {
    if (series.points.empty()) continue;
    latest.push_back({series.name, series.points.back().last});
    at = std::max(at, series.points.back().at);
    view.series.push_back(view_of(series, points));
  }
  if (!view.progress && !latest.empty()) view.progress = api::view_of(latest, at);
  for (const std::string& path : {layout.usage, layout.gpus}) {
    for (const progress::Series& series : series_at(path)) {
      if (!series.points.empty()) view.usage.push_back(view_of(series, points));
    }
  }
}

}  // namespace sennit::api
