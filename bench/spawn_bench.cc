// rooms: agent
// What the agent adds to starting a process: orders decoded, environment, two pipes watched, exits spooled, against a
// posix_spawn + waitid loop in the same process, in turn with it. Budget of the whole product: 0.9 of that loop's rate;
// the agent alone has to stay above 0.92.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "agent/attempt_table.h"
#include "base/check.h"
#include "model/task_body.h"

namespace sennit::agent {
namespace {

using Seconds = std::chrono::duration<double>;
constexpr std::uint32_t kTasks = 400;  // on each side of one ratio

EnvironmentList own_environment() {
  EnvironmentList variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string text = *variable;
    const std::size_t equals = text.find('=');
    if (equals != std::string::npos) variables.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

double run_bare(std::uint32_t parallel) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
  char name[] = "true";
  char* const argv[] = {name, nullptr};
  const auto begin = std::chrono::steady_clock::now();
  std::uint32_t running = 0;
  for (std::uint32_t started = 0; started < kTasks || running > 0;) {
    if (started < kTasks && running < parallel) {
      pid_t pid = 0;
      SENNIT_CHECK(::posix_spawnp(&pid, name, &files, nullptr, argv, environ) == 0);
      ++started;
      ++running;
      continue;
    }
    siginfo_t info{};
    SENNIT_CHECK(::waitid(P_ALL, 0, &info, WEXITED) == 0);
    --running;
  }
  const Seconds took = std::chrono::steady_clock::now() - begin;
  posix_spawn_file_actions_destroy(&files);
  return took.count();
}

// Keeps `parallel` attempts running, as a server would.
class Feeder final : public ReportSink {
 public:
  Feeder(loop::Loop& loop, const std::string& dir) : loop_(loop) {
    AttemptTableOptions options;
    options.instance = InstanceId(0x3f9c2a71d0b4e856);
    options.guard = ::getpid();
    options.spool_dir = dir + "/spool";
    table_ = AttemptTable::open(loop, options, *this).value();
    WorkflowContext context;
    context.key = WorkflowKey(1);
    context.id = "bench-1";
    context.environment = own_environment();
    context.directory = "/";
    context.runs_dir = dir + "/runs/bench-1";
    table_->add_workflow(context);
  }

  // Runs the command `count` times, `parallel` at once; the seconds it took.
  double run(const std::vector<std::string>& command, std::uint32_t count, std::uint32_t parallel) {
    TaskBody body;
    body.command = command;
    body_.clear();
    encode(body, body_);
    const auto begin = std::chrono::steady_clock::now();
    left_ = count;
    unfinished_ = count;
    for (std::uint32_t i = 0; i < parallel; ++i) start_next();
    while (unfinished_ > 0) loop_.run_once();
    return Seconds(std::chrono::steady_clock::now() - begin).count();
  }

  void on_started(const fact::AttemptStarted& /*started*/) override {}
  void on_barrier(const fact::AttemptAtBarrier& /*barrier*/) override {}
  void on_grew(const AttemptId& /*attempt*/, std::uint64_t /*size*/) override {}
  void on_transferring(const TransferReport& /*report*/) override {}
  void on_packed(const AttemptId& /*attempt*/, std::uint64_t /*freed*/) override {}
  void on_progress(const ProgressReport& /*report*/) override {}
  void on_usage(const UsageReport& /*report*/) override {}
  void on_exited(const fact::AttemptExited& exited) override {
    SENNIT_CHECK(exited.exit.how == AttemptExit::How::kExited && exited.exit.code == 0);
    table_->forget(exited.attempt);
    --unfinished_;
    start_next();
  }

 private:
  void start_next() {
    if (left_ == 0) return;
    --left_;
    StartOrder order;
    order.attempt = {InstanceId(0x3f9c2a71d0b4e856), WorkflowKey(1), TaskIndex(next_++), 0};
    order.task = std::to_string(next_);
    order.body = body_;
    table_->start(std::move(order));
  }

  loop::Loop& loop_;
  std::string body_;  // encoded, of the command being run
  std::uint32_t next_ = 0;
  std::uint32_t left_ = 0;
  std::uint32_t unfinished_ = 0;
  std::unique_ptr<AttemptTable> table_;
};

// Processor time of ours and of the children that have ended: what is left of a ratio when others use the machine, too.
double processor_seconds() {
  double total = 0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    ::getrusage(who, &usage);
    for (const timeval& time : {usage.ru_utime, usage.ru_stime}) {
      total += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    }
  }
  return total;
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

void bm_spawn(benchmark::State& state) {
  std::string name = std::filesystem::temp_directory_path() / "sennit-bench-XXXXXX";
  const std::string dir = ::mkdtemp(name.data());
  const auto parallel = static_cast<std::uint32_t>(state.range(0));
  std::vector<double> ratios;
  double ours_cpu = 0;
  double bare_cpu = 0;
  {
    loop::Loop loop;
    Feeder feeder(loop, dir);
    for (auto _ : state) {
      const double before = processor_seconds();
      const double ours = feeder.run({"true"}, kTasks, parallel);
      const double between = processor_seconds();
      state.PauseTiming();
      ratios.push_back(run_bare(parallel) / ours);
      ours_cpu += between - before;
      bare_cpu += processor_seconds() - between;
      state.ResumeTiming();
    }
  }
  const auto tasks = static_cast<double>(state.iterations()) * kTasks;
  state.counters["of_bare_rate"] = median(ratios);
  state.counters["cpu_us"] = ours_cpu / tasks * 1e6;
  state.counters["bare_cpu_us"] = bare_cpu / tasks * 1e6;
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * kTasks);
  std::filesystem::remove_all(dir);
}
BENCHMARK(bm_spawn)->Name("spawn/agent")->Arg(2)->Arg(8)->UseRealTime()->Unit(benchmark::kMillisecond)->MinTime(4);

// The log of one task that writes short lines, against cat in the place of the agent.
void bm_log(benchmark::State& state) {
  constexpr std::int64_t kBytes = 500'000'000;
  std::string name = std::filesystem::temp_directory_path() / "sennit-bench-XXXXXX";
  const std::string dir = ::mkdtemp(name.data());
  const std::string producer = "yes | head -c " + std::to_string(kBytes);
  const std::string bare = producer + " | cat >" + dir + "/bare; rm " + dir + "/bare";
  std::vector<double> ratios;
  {
    loop::Loop loop;
    Feeder feeder(loop, dir);
    for (auto _ : state) {
      const double ours = feeder.run({"sh", "-c", producer}, 1, 1);
      state.PauseTiming();
      std::filesystem::remove_all(dir + "/runs");
      const auto begin = std::chrono::steady_clock::now();
      SENNIT_CHECK(std::system(bare.c_str()) == 0);
      ratios.push_back(Seconds(std::chrono::steady_clock::now() - begin).count() / ours);
      state.ResumeTiming();
    }
  }
  state.counters["of_cat_rate"] = median(ratios);
  state.SetBytesProcessed(state.iterations() * kBytes);
  std::filesystem::remove_all(dir);
}
BENCHMARK(bm_log)->Name("log/short_lines")->UseRealTime()->Unit(benchmark::kMillisecond)->MinTime(4);

}  // namespace
}  // namespace sennit::agent
