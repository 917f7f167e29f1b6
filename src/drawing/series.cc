#include "drawing/series.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/time_text.h"

namespace sennit::drawing {

SeriesPoints points_of(const views::SeriesView& series) {
  const std::vector<views::SeriesPointView>& all = series.points;
  bool by_step = !all.empty() && series.name != "step";
  for (std::size_t i = 0; i < all.size(); ++i) {
    by_step = by_step && all[i].step && (i == 0 || *all[i].step >= *all[i - 1].step);
  }
  SeriesPoints out;
  for (const views::SeriesPointView& point : all) {
    const double x = by_step ? *point.step : static_cast<double>(point.at.unix_us()) / 1e6;
    if (point.mean) out.points.push_back({x, *point.mean});
  }
  if (all.empty()) return out;
  const auto edge = [&](const views::SeriesPointView& point) {
    return by_step ? fmt::format("step {:.15g}", *point.step) : clock_time(point.at);
  };
  out.left = edge(all.front());
  out.right = edge(all.back());
  return out;
}

std::string measured_text(std::string_view name, std::optional<double> value) {
  if (!value) return "-";
  const auto bytes = [&] { return readable(Bytes(static_cast<std::uint64_t>(std::max(*value, 0.0)))); };
  if (name.ends_with("memory")) return bytes();
  if (name.ends_with("_rate")) return bytes() + "/s";
  if (name.ends_with("busy")) return fmt::format("{:.0f}%", *value * 100);
  return fmt::format("{:.2f}", *value);
}

}  // namespace sennit::drawing
