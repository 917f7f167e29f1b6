// Part of fields.h.
#pragma once

#include "views/measure_views.h"
#include "views/view_of.h"

namespace sennit::views {

template <class Visit, ViewOf<ProgressView> View>
void visit_fields(Visit& visit, View& view) {
  visit("text", view.text);
  visit("percent", view.percent);
  visit("step", view.step);
  visit("total", view.total);
  visit("epoch", view.epoch);
  visit("epochs", view.epochs);
  visit("loss", view.loss);
  visit("learning_rate", view.learning_rate);
  visit("accuracy", view.accuracy);
  visit("metrics", view.metrics);
  visit("at", view.at);
}

template <class Visit, ViewOf<GpuUseView> View>
void visit_fields(Visit& visit, View& view) {
  visit("device", view.device);
  visit("busy", view.busy);
  visit("memory", view.memory);
  visit("own_memory", view.own_memory);
  visit("quiet_since", view.quiet_since);
}

template <class Visit, ViewOf<LoadView> View>
void visit_fields(Visit& visit, View& view) {
  visit("cpus", view.cpus);
  visit("cpu_seconds", view.cpu_seconds);
  visit("memory", view.memory);
  visit("memory_limit", view.memory_limit);
  visit("read", view.read);
  visit("written", view.written);
  visit("gpus", view.gpus);
  visit("at", view.at);
}

template <class Visit, ViewOf<SeriesPointView> View>
void visit_fields(Visit& visit, View& view) {
  visit("at", view.at);
  visit("step", view.step);
  visit("value", view.value);
  visit("mean", view.mean);
  visit("min", view.min);
  visit("max", view.max);
  visit("count", view.count);
}

template <class Visit, ViewOf<SeriesView> View>
void visit_fields(Visit& visit, View& view) {
  visit("name", view.name);
  visit("last", view.last);
  visit("mean", view.mean);
  visit("min", view.min);
  visit("max", view.max);
  visit("count", view.count);
  visit("points", view.points);
}

template <class Visit, ViewOf<TaskMetricsView> View>
void visit_fields(Visit& visit, View& view) {
  visit("name", view.name);
  visit("retry_id", view.retry_id);
  visit("status", view.status);
  visit("progress", view.progress);
  visit("load", view.load);
  visit("flags", view.flags);
  visit("series", view.series);
  visit("usage", view.usage);
}

template <class Visit, ViewOf<MetricsView> View>
void visit_fields(Visit& visit, View& view) {
  visit("workflow", view.workflow);
  visit("tasks", view.tasks);
  visit("more_entries", view.more_entries);
}

template <class Visit, ViewOf<ArtifactView> View>
void visit_fields(Visit& visit, View& view) {
  visit("task", view.task);
  visit("retry_id", view.retry_id);
  visit("type", view.type);
  visit("path", view.path);
  visit("size", view.size);
  visit("modified", view.modified);
  visit("directory", view.directory);
  visit("chosen", view.chosen);
}

template <class Visit, ViewOf<ArtifactList> View>
void visit_fields(Visit& visit, View& view) {
  visit("workflow", view.workflow);
  visit("artifacts", view.artifacts);
  visit("unsearched", view.unsearched);
}

}  // namespace sennit::views
