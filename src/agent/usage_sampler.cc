#include "agent/usage_sampler.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "agent/message_log.h"
#include "base/clock.h"
#include "progress/series_file.h"

namespace sennit::agent {
namespace {

// A device that is busy for less does nothing that matters.
constexpr std::uint32_t kQuiet = kWholeGpu / 20;

progress::NamedPoint point_of(std::string name, double value, Instant now) {
  progress::NamedPoint named{std::move(name), {}};
  named.point.add(value, progress::kNoStep, now);
  return named;
}

double per_second(Bytes now, Bytes before, double seconds) {
  return now > before && seconds > 0 ? static_cast<double>((now - before).count()) / seconds : 0;
}

}  // namespace

// What is remembered of each attempt from one look to the next.
class UsageSampler::Work {
 public:
  std::vector<UsageReport> look(std::vector<UsageTarget> targets, const std::vector<GpuReading>& gpus);

 private:
  struct Known {
    explicit Known(const UsageTarget& target) : usage(target.usage_series), gpu(target.gpu_series) {}
    progress::SeriesFile usage;
    progress::SeriesFile gpu;
    proc::UseSample last;
    Micros looked_at{};  // 0: never
    std::map<unsigned, Instant> quiet_since;
    bool seen = true;
  };
  UsageReport report_of(const UsageTarget& target, proc::UseSample sample, Known& known) const;
  void add_gpus(const UsageTarget& target, const std::vector<GpuReading>& gpus, Known& known,
                UsageReport& report) const;

  SystemClock clock_;
  std::map<AttemptId, Known> known_;
};

UsageReport UsageSampler::Work::report_of(const UsageTarget& target, proc::UseSample sample, Known& known) const {
  const Micros boot = clock_.boot();
  const Instant now = clock_.now();
  // Who has ended without being waited for takes along what he has used: totals do not fall for that.
  sample.cpu = std::max(sample.cpu, known.last.cpu);
  sample.read = std::max(sample.read, known.last.read);
  sample.written = std::max(sample.written, known.last.written);
  UsageReport report{.attempt = target.attempt,
                     .at = now,
                     .cpu_time = sample.cpu,
                     .memory = sample.memory,
                     .memory_limit = target.memory_limit,
                     .read = sample.read,
                     .written = sample.written};
  std::vector<progress::NamedPoint> points{point_of("memory", static_cast<double>(sample.memory.count()), now)};
  if (known.looked_at != Micros::zero()) {
    const double seconds = static_cast<double>((boot - known.looked_at).count()) / 1e6;
    const double cpus = seconds > 0 ? static_cast<double>((sample.cpu - known.last.cpu).count()) / 1e6 / seconds : 0;
    report.cpu_thousandths = static_cast<std::uint64_t>(cpus * 1000);
    points.push_back(point_of("cpu", cpus, now));
    points.push_back(point_of("read_rate", per_second(sample.read, known.last.read, seconds), now));
    points.push_back(point_of("write_rate", per_second(sample.written, known.last.written, seconds), now));
  }
  known.usage.append(points);
  known.last = std::move(sample);
  known.looked_at = boot;
  return report;
}

void UsageSampler::Work::add_gpus(const UsageTarget& target, const std::vector<GpuReading>& gpus, Known& known,
                                  UsageReport& report) const {
  std::vector<progress::NamedPoint> points;
  for (const GpuReading& gpu : gpus) {
    if (!target.gpus.contains(gpu.load.device)) continue;
    GpuUse use{.device = gpu.load.device, .busy = gpu.load.busy, .memory = gpu.load.memory_used};
    for (const auto& [pid, memory] : gpu.processes) {
      if (std::ranges::count(known.last.pids, pid) > 0) use.own_memory = use.own_memory + memory;
    }
    Instant& quiet = known.quiet_since[use.device];
    if (use.busy >= kQuiet) {
      quiet = {};
    } else if (!quiet.is_set()) {
      quiet = report.at;
    }
    use.quiet_since = quiet;
    const std::string name = fmt::format("gpu{}.", use.device);
    points.push_back(point_of(name + "busy", static_cast<double>(use.busy) / kWholeGpu, report.at));
    points.push_back(point_of(name + "memory", static_cast<double>(use.memory.count()), report.at));
    if (use.own_memory != Bytes()) {
      points.push_back(point_of(name + "own_memory", static_cast<double>(use.own_memory.count()), report.at));
    }
    report.gpus.push_back(use);
  }
  known.gpu.append(points);
}

std::vector<UsageReport> UsageSampler::Work::look(std::vector<UsageTarget> targets,
                                                  const std::vector<GpuReading>& gpus) {
  std::vector<proc::UseTarget> processes;
  for (UsageTarget& target : targets) processes.push_back(std::move(target.processes));
  std::vector<proc::UseSample> samples = proc::sample_use(processes);
  for (auto& [id, known] : known_) known.seen = false;
  std::vector<UsageReport> reports;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (samples[i].pids.empty()) continue;  // it has just ended
    Known& known = known_.try_emplace(targets[i].attempt, targets[i]).first->second;
    known.seen = true;
    reports.push_back(report_of(targets[i], std::move(samples[i]), known));
    add_gpus(targets[i], gpus, known, reports.back());
  }
  std::erase_if(known_, [](const auto& one) { return !one.second.seen; });
  return reports;
}

UsageSampler::UsageSampler(loop::Loop& loop, Options options, Collect collect, Tell tell)
    : loop_(loop),
      options_(std::move(options)),
      collect_(std::move(collect)),
      tell_(std::move(tell)),
      timer_(loop),
      work_(std::make_shared<Work>()) {}

UsageSampler::~UsageSampler() = default;

void UsageSampler::ask_gpus(const std::vector<UsageTarget>& targets) {
  GpuSet wanted;
  for (const UsageTarget& target : targets) wanted = wanted.with(target.gpus);
  if (wanted.empty() || options_.nvml.empty()) return gpus_.clear();
  if (!asking_) asking_ = std::make_unique<loop::WorkerPool>(loop_, 1);
  if (asking_->pending() > 0) return gpus_.clear();  // the driver does not answer
  asking_->submit([wanted, library = options_.nvml] { return nvml_readings(wanted, library.c_str()); },
                  [this](Result<std::vector<GpuReading>> readings) {
                    gpus_ = readings ? std::move(*readings) : std::vector<GpuReading>();
                  });
}

void UsageSampler::look() {
  Running running = collect_();
  if (!running.targets.empty() || running.more) wake();
  if (running.targets.empty()) return gpus_.clear();
  std::vector<UsageTarget>& targets = running.targets;
  ask_gpus(targets);
  if (!looking_) looking_ = std::make_unique<loop::WorkerPool>(loop_, 1);
  if (looking_->pending() > 0) return;  // a slow disk
  looking_->submit([work = work_, targets = std::make_shared<std::vector<UsageTarget>>(std::move(targets)),
                    gpus = gpus_] { return work->look(std::move(*targets), gpus); },
                   [this](const std::vector<UsageReport>& reports) {
                     for (const UsageReport& report : reports) tell_(report);
                   });
}

}  // namespace sennit::agent
