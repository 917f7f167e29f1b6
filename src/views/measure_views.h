// How far tasks are, what they use and what they leave. See views.h.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"

namespace sennit::views {

// What few of very many have: 24 bytes where it is not there.
template <class T>
class Rare {
 public:
  Rare() = default;
  Rare(T value) { values_.push_back(std::move(value)); }  // NOLINT: as an optional
  explicit operator bool() const { return !values_.empty(); }
  const T& operator*() const { return values_.front(); }
  T& operator*() { return values_.front(); }
  const T* operator->() const { return &values_.front(); }
  T& emplace() { return values_.empty() ? values_.emplace_back() : values_.front(); }
  friend bool operator==(const Rare&, const Rare&) = default;

 private:
  std::vector<T> values_;
};

// By name; null is a number that is none (nan, inf).
using Numbers = std::map<std::string, std::optional<double>>;

struct ProgressView {
  std::string text;               // "step 100/1000 10% loss 0.25"
  std::optional<double> percent;  // null: not known
  std::optional<double> step;
  std::optional<double> total;
  std::optional<double> epoch;
  std::optional<double> epochs;
  std::optional<double> loss;
  std::optional<double> learning_rate;
  std::optional<double> accuracy;
  Numbers metrics;  // the latest of all numbers, these too
  Instant at;       // when the latest came
  friend bool operator==(const ProgressView&, const ProgressView&) = default;
};

struct GpuUseView {
  std::uint32_t device = 0;
  double busy = 0;                          // part of the device, whoever uses it
  std::uint64_t memory = 0;                 // bytes, likewise
  std::optional<std::uint64_t> own_memory;  // of this task, if that is known
  Instant quiet_since;                      // null: it is busy
  friend bool operator==(const GpuUseView&, const GpuUseView&) = default;
};

struct LoadView {
  double cpus = 0;  // busy processors, of late
  double cpu_seconds = 0;
  std::uint64_t memory = 0;  // bytes
  std::optional<std::uint64_t> memory_limit;
  std::uint64_t read = 0;  // bytes in all
  std::uint64_t written = 0;
  std::vector<GpuUseView> gpus;
  Instant at;
  friend bool operator==(const LoadView&, const LoadView&) = default;
};

struct SeriesPointView {
  Instant at;  // of the last of its values
  std::optional<double> step;
  std::optional<double> value;  // the last; null: no number
  std::optional<double> mean;
  std::optional<double> min;
  std::optional<double> max;
  std::uint64_t count = 0;
  friend bool operator==(const SeriesPointView&, const SeriesPointView&) = default;
};

struct SeriesView {
  std::string name;
  std::optional<double> last;
  std::optional<double> mean;
  std::optional<double> min;
  std::optional<double> max;
  std::uint64_t count = 0;
  std::vector<SeriesPointView> points;  // only if they were asked for
  friend bool operator==(const SeriesView&, const SeriesView&) = default;
};

struct TaskMetricsView {
  std::string name;
  std::uint32_t retry_id = 0;
  std::string status;
  Rare<ProgressView> progress;
  Rare<LoadView> load;             // while it runs
  std::vector<std::string> flags;  // "GPU 0 has been idle for 12 min"
  std::vector<SeriesView> series;  // by its own word
  std::vector<SeriesView> usage;   // as it was measured
  friend bool operator==(const TaskMetricsView&, const TaskMetricsView&) = default;
};

struct MetricsView {
  std::string workflow;
  std::vector<TaskMetricsView> tasks;
  bool more_entries = false;
  friend bool operator==(const MetricsView&, const MetricsView&) = default;
};

struct ArtifactView {
  std::string task;
  std::uint32_t retry_id = 0;
  std::string type;  // "checkpoint", "config", "metrics", "logs", "tokenizer"
  std::string path;
  std::uint64_t size = 0;  // bytes; of a directory, of all that lies in it
  Instant modified;
  bool directory = false;
  bool chosen = false;  // the newest by the first pattern that fits: what the type is taken to be
  friend bool operator==(const ArtifactView&, const ArtifactView&) = default;
};

struct ArtifactList {
  std::string workflow;
  std::vector<ArtifactView> artifacts;
  std::vector<std::string> unsearched;  // directories that were too large to be searched through
  friend bool operator==(const ArtifactList&, const ArtifactList&) = default;
};

}  // namespace sennit::views
