#include "cli/render/metrics_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/printable.h"
#include "base/time_text.h"
#include "cli/text/table.h"
#include "drawing/series.h"
#include "views/json_writer.h"

namespace sennit::cli {
namespace {

using drawing::measured_text;
using views::SeriesView;
using views::TaskMetricsView;

constexpr std::size_t kMostCharts = 8;

const SeriesView* find_series(const std::vector<SeriesView>& series, std::string_view name) {
  const auto found = std::ranges::find(series, name, &SeriesView::name);
  return found == series.end() ? nullptr : &*found;
}

std::string number(std::optional<double> value) { return value ? fmt::format("{:.4g}", *value) : "-"; }

// "0.52 (peak 1.90)"
std::string mean_and_peak(const TaskMetricsView& task, std::string_view name) {
  const SeriesView* series = find_series(task.usage, name);
  if (series == nullptr) return "-";
  return fmt::format("{} (peak {})", measured_text(name, series->mean), measured_text(name, series->max));
}

std::string progress_of(const TaskMetricsView& task) {
  if (!task.progress) return "-";
  const views::ProgressView& progress = *task.progress;
  std::string text;
  if (progress.step) text = fmt::format("{:.15g}", *progress.step);
  if (progress.step && progress.total) text += fmt::format("/{:.15g}", *progress.total);
  if (progress.percent) text += fmt::format("{}{:.0f}%", text.empty() ? "" : " ", std::floor(*progress.percent));
  if (text.empty() && progress.epoch) text = fmt::format("epoch {:.4g}", *progress.epoch);
  return text.empty() ? "-" : text;
}

// Under the names that programs give it.
std::string loss_of(const TaskMetricsView& task) {
  if (!task.progress) return "-";
  for (const char* name : {"loss", "train_loss", "eval_loss", "val_loss"}) {
    const auto found = task.progress->metrics.find(name);
    if (found != task.progress->metrics.end()) return found->second ? number(found->second) : "nan";
  }
  return "-";
}

std::string gpus_of(const TaskMetricsView& task) {
  double sum = 0;
  std::size_t count = 0;
  for (const SeriesView& series : task.usage) {
    if (!series.name.starts_with("gpu") || !series.name.ends_with(".busy") || !series.mean) continue;
    sum += *series.mean;
    ++count;
  }
  if (count == 0) return "-";
  return fmt::format("{:.0f}%{}", sum / static_cast<double>(count) * 100,
                     count > 1 ? fmt::format(" of {}", count) : "");
}

std::string many_text(const views::MetricsView& metrics, const Style& style) {
  Table table({"Task Name", "Status", "Progress", "Loss", "LR", "Accuracy", "CPU", "Memory", "Read", "Written", "GPU"});
  std::string flags;
  for (const TaskMetricsView& task : metrics.tasks) {
    const views::ProgressView none;
    const views::ProgressView& progress = task.progress ? *task.progress : none;
    table.add({{task.name},
               {task.status, tint_of_status(task.status)},
               {progress_of(task)},
               {loss_of(task)},
               {number(progress.learning_rate)},
               {number(progress.accuracy)},
               {mean_and_peak(task, "cpu")},
               {mean_and_peak(task, "memory")},
               {mean_and_peak(task, "read_rate")},
               {mean_and_peak(task, "write_rate")},
               {gpus_of(task)}});
    for (const std::string& flag : task.flags) flags += fmt::format("{}: {}\n", printable(task.name), printable(flag));
  }
  std::string out = table.empty() ? "No task has begun yet.\n" : table.render(style);
  if (!flags.empty()) out += "\n" + flags;
  if (metrics.more_entries) out += "There are more tasks; name one to see it.\n";
  return out;
}

std::string one_text(const std::string& workflow, const TaskMetricsView& task, const Style& style) {
  std::string out = fmt::format("{}: {}\n", style(Tint::kBold, printable(workflow + "/" + task.name)),
                                style(tint_of_status(task.status), task.status));
  if (task.progress && !task.progress->text.empty()) {
    out += fmt::format("{}, at {}\n", printable(task.progress->text), clock_time(task.progress->at));
  }
  for (const std::string& flag : task.flags) out += fmt::format("  - {}\n", printable(flag));
  if (task.series.empty() && task.usage.empty()) {
    return out + "It has told nothing of its progress, and was too short to be measured.\n";
  }
  Table table({"Name", "Last", "Mean", "Min", "Max", "Values"});
  for (const SeriesView& series : task.series) {
    const std::string last = series.last ? number(series.last) : "nan";
    table.add({{series.name},
               {last},
               {number(series.mean)},
               {number(series.min)},
               {number(series.max)},
               {std::to_string(series.count)}});
  }
  for (const SeriesView& series : task.usage) {
    const auto text = [&](std::optional<double> value) { return measured_text(series.name, value); };
    table.add({{series.name},
               {text(series.last)},
               {text(series.mean)},
               {text(series.min)},
               {text(series.max)},
               {std::to_string(series.count)}});
  }
  return out + "\n" + table.render(style);
}

std::string csv_cell(std::string_view text) {
  if (text.find_first_of(",\"\n\r") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) out.append(c == '"' ? "\"\"" : std::string(1, c));
  return out + "\"";
}

std::string csv_number(std::optional<double> value) { return value ? fmt::format("{}", *value) : ""; }

std::string rfc3339(Instant at) {
  std::string json;
  views::JsonWriter writer(json);
  writer.value(at);
  return json.size() > 2 ? json.substr(1, json.size() - 2) : "";
}

std::string chart_of(const TaskMetricsView& task, const SeriesView& series, std::size_t columns,
                     drawing::Strokes strokes) {
  drawing::SeriesPoints points = drawing::points_of(series);
  drawing::ChartOptions options{.columns = std::min<std::size_t>(columns, 120), .strokes = strokes};
  options.title = printable(fmt::format("{}: {}", task.name, series.name));
  options.left = std::move(points.left);
  options.right = std::move(points.right);
  return drawing::chart_text(points.points, options);
}

const SeriesView* series_to_draw(const TaskMetricsView& task, std::string_view name) {
  if (!name.empty()) {
    const SeriesView* told = find_series(task.series, name);
    return told != nullptr ? told : find_series(task.usage, name);
  }
  for (const char* first : {"loss", "train_loss", "eval_loss", "val_loss", "accuracy", "step"}) {
    if (const SeriesView* series = find_series(task.series, first)) return series;
  }
  if (!task.series.empty()) return &task.series.front();
  return task.usage.empty() ? nullptr : &task.usage.front();
}

}  // namespace

std::string metrics_text(const views::MetricsView& metrics, const Style& style) {
  if (metrics.tasks.size() == 1) return one_text(metrics.workflow, metrics.tasks.front(), style);
  return many_text(metrics, style);
}

std::string metrics_csv(const views::MetricsView& metrics) {
  std::string out = "workflow,task,attempt,source,name,time,step,value,mean,min,max,count\n";
  for (const TaskMetricsView& task : metrics.tasks) {
    for (const auto& [source, all] : {std::pair("task", &task.series), std::pair("usage", &task.usage)}) {
      for (const SeriesView& series : *all) {
        const std::string begin = fmt::format("{},{},{},{},{}", csv_cell(metrics.workflow), csv_cell(task.name),
                                              task.retry_id, source, csv_cell(series.name));
        for (const views::SeriesPointView& point : series.points) {
          out += fmt::format("{},{},{},{},{},{},{},{}\n", begin, rfc3339(point.at), csv_number(point.step),
                             csv_number(point.value), csv_number(point.mean), csv_number(point.min),
                             csv_number(point.max), point.count);
        }
      }
    }
  }
  return out;
}

std::string metrics_charts(const views::MetricsView& metrics, std::string_view name, std::size_t columns,
                           drawing::Strokes strokes) {
  std::string out;
  std::size_t drawn = 0;
  for (const TaskMetricsView& task : metrics.tasks) {
    const SeriesView* series = series_to_draw(task, name);
    if (series == nullptr) continue;
    if (++drawn > kMostCharts) return out + "There are more tasks; name one to see it.\n";
    if (!out.empty()) out += "\n";
    out += chart_of(task, *series, columns, strokes);
  }
  return out;
}

std::string artifacts_text(const views::ArtifactList& list, const Style& style) {
  Table table({"Task Name", "Type", "Size", "Modified", "Path"});
  for (const views::ArtifactView& artifact : list.artifacts) {
    table.add({{artifact.task},
               {artifact.type, artifact.chosen ? Tint::kNone : Tint::kFaint},
               {readable(Bytes(artifact.size))},
               {date_time(artifact.modified)},
               {artifact.path + (artifact.directory ? "/" : "")}});
  }
  std::string out = table.empty() ? "No artifacts were found.\n" : table.render(style);
  for (const std::string& directory : list.unsearched) {
    out += fmt::format("{} is too large to be searched through.\n", printable(directory));
  }
  return out;
}

}  // namespace sennit::cli
