// A table of attempts with real processes, and a place for their files.
#pragma once

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/attempt_table.h"
#include "agent/leftovers.h"
#include "launch/sandbox_tools.h"
#include "loop/timer.h"
#include "loop/watch.h"
#include "model/task_body.h"
#include "proc/reaper.h"

namespace sennit::agent {

inline constexpr Micros kLimit = std::chrono::seconds(20);

class Reports final : public ReportSink {
 public:
  void on_started(const fact::AttemptStarted& fact) override { started.push_back(fact); }
  void on_barrier(const fact::AttemptAtBarrier& barrier) override { barriers.push_back(barrier); }
  void on_exited(const fact::AttemptExited& fact) override { exited.push_back(fact); }
  void on_grew(const AttemptId& /*attempt*/, std::uint64_t size) override { grown = size; }
  void on_transferring(const TransferReport& report) override { transfers.push_back(report); }
  void on_packed(const AttemptId& /*attempt*/, std::uint64_t freed) override { packed.push_back(freed); }
  void on_progress(const ProgressReport& report) override { progress = report; }
  void on_usage(const UsageReport& report) override { usage = report; }

  std::vector<fact::AttemptStarted> started;
  std::vector<fact::AttemptAtBarrier> barriers;
  std::vector<fact::AttemptExited> exited;
  std::vector<TransferReport> transfers;
  ProgressReport progress;  // the last
  UsageReport usage;
  std::uint64_t grown = 0;
  std::vector<std::uint64_t> packed;
};

class TableFixture : public ::testing::Test {
 protected:
  TableFixture() : instance_(static_cast<std::uint64_t>(::getpid()) << 20 | ++instances_) {
    std::string name = std::filesystem::temp_directory_path() / "sennit-table-XXXXXX";
    dir_ = ::mkdtemp(name.data());
    EXPECT_TRUE(proc::become_subreaper().ok());
    table_ = open();
  }
  ~TableFixture() override {
    table_.reset();
    kill_leftovers(instance_);
    std::filesystem::remove_all(dir_);
  }

  std::unique_ptr<AttemptTable> open(const std::string& gpu_locks = {}) {
    AttemptTableOptions options{.instance = instance_,
                                .guard = ::getpid(),
                                .cgroup = cgroup_,
                                .spool_dir = dir_ + "/spool",
                                .progress_dir = dir_ + "/progress",
                                .gpu_locks = gpu_locks,
                                .usage_period = std::chrono::milliseconds(300),
                                .inside = launch::SandboxTools::default_inside()};
    auto table = std::move(AttemptTable::open(loop_, options, reports_)).value();
    WorkflowContext context;
    context.key = WorkflowKey(1);
    context.id = "flow-1";
    context.environment = {{"PATH", "/usr/bin:/bin"}};
    context.directory = dir_;
    context.runs_dir = dir_ + "/runs";
    context.runtime = runtime_;
    table->add_workflow(context);
    return table;
  }
  AttemptId id(std::uint32_t task = 0) const { return {instance_, WorkflowKey(1), TaskIndex(task), 0}; }
  StartOrder order(const std::string& script, std::uint32_t task = 0) const {
    TaskBody body;
    body.command = {"sh", "-c", script};
    StartOrder order;
    order.attempt = id(task);
    order.task = std::to_string(task);
    encode(body, order.body);
    return order;
  }
  void start(const std::string& script, std::uint32_t task = 0) { table_->start(order(script, task)); }

  // The condition may be about a file, which does not wake the loop.
  void run_until(const std::function<bool()>& condition) {
    bool late = false;
    loop::Timer limit(loop_);
    loop::Timer look(loop_);
    limit.arm_after(limit_, [&] { late = true; });
    while (!condition() && !late) {
      look.arm_after(std::chrono::milliseconds(10), [] {});
      loop_.run_once();
    }
    EXPECT_FALSE(late) << "it did not happen";
  }
  AttemptExit wait_for_exit(std::size_t count = 1) {
    run_until([&] { return reports_.exited.size() >= count; });
    return reports_.exited.empty() ? AttemptExit{} : reports_.exited.back().exit;
  }
  AttemptExit run(const std::string& script) {
    start(script);
    return wait_for_exit(reports_.exited.size() + 1);
  }
  std::string slurp(const std::string& name) const {
    std::ifstream in(dir_ + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::string log(std::uint32_t task = 0) const { return slurp("runs/" + std::to_string(task) + "/0/log"); }

  // Until the file has a line, which is a process's number; a descriptor of that process.
  UniqueFd process_named_in(const std::string& file) {
    loop::Timer look(loop_);
    std::function<void()> again = [&] { look.arm_after(std::chrono::milliseconds(2), [&] { again(); }); };
    again();
    run_until([&] { return slurp(file).ends_with('\n'); });
    return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, std::atoi(slurp(file).c_str()), 0)));
  }
  // Whether the process ends.
  bool ends(const UniqueFd& pidfd) {
    if (!pidfd) return true;
    bool ended = false;
    const Result<loop::Watch> watch =
        loop::Watch::add(loop_, pidfd.get(), loop::Interest::kRead, [&](loop::Ready) { ended = true; });
    run_until([&] { return ended; });
    return ended;
  }

  bool exists(const std::string& name) const { return std::filesystem::exists(dir_ + "/" + name); }
  void touch(const std::string& name) const { std::ofstream(dir_ + "/" + name) << "\n"; }
  // As long as it takes another attempt to do what the first one would have done by now.
  void let_time_pass() {
    start("sleep 0.2", 99);
    wait_for_exit(reports_.exited.size() + 1);
  }
  void wait_for_file(const std::string& name) {
    loop::Timer look(loop_);
    std::function<void()> again = [&] { look.arm_after(std::chrono::milliseconds(2), [&] { again(); }); };
    again();
    run_until([&] { return exists(name); });
  }

  static inline std::uint64_t instances_ = 0;
  Micros limit_ = kLimit;  // of waiting for anything
  InstanceId instance_;
  Runtime runtime_ = Runtime::kAuto;
  std::string cgroup_;
  std::string dir_;
  loop::Loop loop_;
  Reports reports_;
  std::unique_ptr<AttemptTable> table_;
};

}  // namespace sennit::agent
