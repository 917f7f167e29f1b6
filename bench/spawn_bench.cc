// rooms: agent
// What the agent adds to starting a process: orders decoded, environment, two pipes watched, exits spooled, against a
// posix_spawn + waitid loop in the same process, in turn with it. Budget of the whole product: 0.9 of that loop's rate;
// the agent alone has to stay above 0.92.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <spawn.h>
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
    options.spool_dir = dir + "/spool";
    table_ = AttemptTable::open(loop, options, *this).value();
    WorkflowContext context;
    context.key = WorkflowKey(1);
    context.id = "bench-1";
    context.environment = own_environment();
    context.directory = "/";
    context.runs_dir = dir + "/runs/bench-1";
    table_->add_workflow(context);
    TaskBody body;
    body.command = {"true"};
    encode(body, body_);
  }

  double run(std::uint32_t parallel) {
    const auto begin = std::chrono::steady_clock::now();
    left_ = kTasks;
    unfinished_ = kTasks;
    for (std::uint32_t i = 0; i < parallel; ++i) start_next();
    while (unfinished_ > 0) loop_.run_once();
    return Seconds(std::chrono::steady_clock::now() - begin).count();
  }

  void on_started(const fact::AttemptStarted& /*started*/) override {}
  void on_barrier(const AttemptId& /*attempt*/) override {}
  void on_grew(const AttemptId& /*attempt*/, std::uint64_t /*size*/) override {}
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
  std::string body_;
  std::uint32_t next_ = 0;
  std::uint32_t left_ = 0;
  std::uint32_t unfinished_ = 0;
  std::unique_ptr<AttemptTable> table_;
};

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

void bm_spawn(benchmark::State& state) {
  std::string name = std::filesystem::temp_directory_path() / "sennit-bench-XXXXXX";
  const std::string dir = ::mkdtemp(name.data());
  const auto parallel = static_cast<std::uint32_t>(state.range(0));
  std::vector<double> ratios;
  {
    loop::Loop loop;
    Feeder feeder(loop, dir);
    for (auto _ : state) {
      const double ours = feeder.run(parallel);
      state.PauseTiming();
      ratios.push_back(run_bare(parallel) / ours);
      state.ResumeTiming();
    }
  }
  state.counters["of_bare_rate"] = median(ratios);
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * kTasks);
  std::filesystem::remove_all(dir);
}
BENCHMARK(bm_spawn)->Name("spawn/agent")->Arg(2)->Arg(8)->UseRealTime()->Unit(benchmark::kMillisecond)->MinTime(4);

}  // namespace
}  // namespace sennit::agent
