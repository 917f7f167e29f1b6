#include "proc/limits.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "proc/cgroup_delegation.h"
#include "proc/cgroup_files.h"
#include "proc/cgroup_mounts.h"

namespace sennit::proc {
namespace {

constexpr std::uint64_t kPeriodUs = 100'000;  // over which processor time is counted: the kernel's own choice

constexpr std::uint64_t kSlack = 256 * 1024;  // memory is handed out to processors in pieces of so much

// A limit below a page would be none at all, or one that nothing can start under.
std::string memory_text(Bytes limit) { return std::to_string(std::max<std::uint64_t>(limit.count(), 4096)); }

// Beside the tree of those without limits, whose cgroups hand nothing on.
std::string v2_name(const std::string& name) { return name + "-limited"; }

std::string home_name(const std::string& name) { return name + "-self"; }

// Why version 1 cannot do it, in words for who wonders: the same for both controllers where it has the same cause.
std::string v1_problem(const std::string& controller, const Error& error) {
  if (!cgroup_place(controller)) return "";
  if (::geteuid() != 0) return "cgroups of version 1 can only be made by root";
  return error.message();
}

// The better one of two reasons.
std::string reason(const std::string& v2, const std::string& v1) {
  if (!v1.empty()) return v1;
  return v2.empty() ? "this machine has no cgroups for us" : v2;
}

}  // namespace

std::vector<int> LimitedCgroup::entries() const {
  std::vector<int> files;
  if (memory_) files.push_back(memory_.entry());
  if (cpu_) files.push_back(cpu_.entry());
  if (pids_) files.push_back(pids_.entry());
  return files;
}

UniqueFd LimitedCgroup::memory_directory() const {
  return UniqueFd(memory_files_ ? ::fcntl(memory_files_.get(), F_DUPFD_CLOEXEC, 0) : -1);
}

MemoryRecord LimitedCgroup::memory() const {
  MemoryRecord record;
  if (!memory_files_) return record;
  const int files = memory_files_.get();
  if (memory_) {
    record.peak = Bytes(number_at(files, "memory.max_usage_in_bytes").value_or(0));
    // Where swap is counted, the limit of both fails first, and no count tells of it (Linux 6.18).
    record.reached_limit =
        number_at(files, "memory.failcnt").value_or(0) > 0 || record.peak.count() + kSlack >= memory_limit_.count();
    record.was_killed = number_at(files, "memory.oom_control", "oom_kill").value_or(0) > 0;
  } else {
    record.peak = Bytes(number_at(files, "memory.peak").value_or(0));
    record.reached_limit = number_at(files, "memory.events", "max").value_or(0) > 0;
    record.was_killed = number_at(files, "memory.events", "oom_kill").value_or(0) > 0;
  }
  return record;
}

LimitTree LimitTree::open(const std::string& name) {
  LimitTree tree;
  tree.processors_ = static_cast<std::uint32_t>(std::max(::sysconf(_SC_NPROCESSORS_ONLN), 1L));
  tree.open_v2(name);
  tree.open_v1(name);
  return tree;
}

std::vector<std::string> LimitTree::paths() const {
  std::vector<std::string> paths;
  if (v2_) paths.push_back(v2_->path());
  if (memory_) paths.push_back(memory_->path());
  if (cpu_ && (!memory_ || cpu_->path() != memory_->path())) paths.push_back(cpu_->path());
  if (pids_) paths.push_back(pids_->path());
  return paths;
}

// Leaves in problems_ why it is not this version that limits.
void LimitTree::open_v2(const std::string& name) {
  const auto no = [this](const std::string& why) { problems_ = {.memory = why, .cpus = why}; };
  const std::optional<CgroupPlace> place = cgroup_place("");
  if (!place) return no("");
  const UniqueFd own = open_directory(place->own);
  const std::string controllers = read_at(own.get(), "cgroup.controllers");
  if (!lists_word(controllers, "memory") && !lists_word(controllers, "cpu")) return no("");  // version 1 has them
  const Result<Delegation> found = find_delegation(*place, home_name(name));
  if (!found) return no(found.error().message());
  Result<CgroupTree> tree = CgroupTree::open_at(found->directory + "/" + v2_name(name));
  if (!tree) return no(tree.error().message());
  const UniqueFd directory = open_directory(tree->path());
  const auto hand_on = [&](bool available, const char* controller) {
    return available && write_at(directory.get(), "cgroup.subtree_control", std::string("+") + controller).ok();
  };
  v2_memory_ = hand_on(found->memory, "memory");
  v2_cpu_ = hand_on(found->cpu, "cpu");
  v2_pids_ = hand_on(lists_word(read_at(directory.get(), "cgroup.controllers"), "pids"), "pids");
  const auto missing = [&](bool had, const char* controller) {
    return had ? std::string() : "the cgroup " + found->directory + " does not hand on the controller " + controller;
  };
  problems_ = {.memory = missing(v2_memory_, "memory"), .cpus = missing(v2_cpu_, "cpu")};
  v2_.emplace(std::move(tree).value());
}

void LimitTree::open_v1(const std::string& name) {
  const auto open_one = [&](const char* controller, std::optional<CgroupV1Tree>& tree, std::string& problem) {
    Result<CgroupV1Tree> opened = CgroupV1Tree::open(controller, name);
    if (opened) {
      tree.emplace(std::move(opened).value());
      problem.clear();
    } else {
      problem = reason(problem, v1_problem(controller, opened.error()));
    }
  };
  if (!v2_memory_) open_one("memory", memory_, problems_.memory);
  if (!v2_cpu_) open_one("cpu", cpu_, problems_.cpus);
  // Nobody asked for this one: where it cannot be had, nobody is told.
  std::string untold;
  if (!v2_pids_) open_one("pids", pids_, untold);
}

Result<void> LimitTree::set_memory(LimitedCgroup& limited, Bytes limit, const Cgroup& holder) {
  const std::string text = memory_text(limit);
  if (v2_memory_) {
    limited.memory_files_ = open_at(holder.fd(), ".", O_RDONLY | O_DIRECTORY);
    SENNIT_TRY(write_at(holder.fd(), "memory.max", text));
    // Whoever asked for so much memory did not ask for as much again on a disk.
    ignore(write_at(holder.fd(), "memory.swap.max", "0"), "without swap there is no such file");
    // A task that lost one of its processes is seldom worth anything: all of it goes.
    ignore(write_at(holder.fd(), "memory.oom.group", "1"), "Linux before 4.19 kills one of them");
  } else if (memory_) {
    SENNIT_ASSIGN(limited.memory_, memory_->make());
    limited.memory_files_ = open_at(limited.memory_.directory(), ".", O_RDONLY | O_DIRECTORY);
    SENNIT_TRY(write_at(limited.memory_.directory(), "memory.limit_in_bytes", text));
    ignore(write_at(limited.memory_.directory(), "memory.memsw.limit_in_bytes", text), "swap may not be counted");
  } else {
    return {};
  }
  limited.memory_limit_ = limit;
  return {};
}

Result<void> LimitTree::set_cpus(LimitedCgroup& limited, std::uint32_t cpus, const Cgroup& holder) {
  const std::string quota = std::to_string(cpus * kPeriodUs);
  if (v2_cpu_) return write_at(holder.fd(), "cpu.max", quota + " " + std::to_string(kPeriodUs));
  if (!cpu_) return {};
  SENNIT_ASSIGN(limited.cpu_, cpu_->make());
  SENNIT_TRY(write_at(limited.cpu_.directory(), "cpu.cfs_period_us", std::to_string(kPeriodUs)));
  return write_at(limited.cpu_.directory(), "cpu.cfs_quota_us", quota);
}

Result<void> LimitTree::set_processes(LimitedCgroup& limited, std::uint32_t most, const Cgroup& holder) {
  if (v2_pids_) return write_at(holder.fd(), "pids.max", std::to_string(most));
  if (!pids_) return {};
  SENNIT_ASSIGN(limited.pids_, pids_->make());
  return write_at(limited.pids_.directory(), "pids.max", std::to_string(most));
}

Result<void> LimitTree::set(LimitedCgroup& limited, const ResourceLimits& limits, Cgroup& holder) {
  if ((limits.memory.count() > 0 && v2_memory_) || (limits.cpus > 0 && v2_cpu_) || (limits.processes > 0 && v2_pids_)) {
    holder = v2_->take();
    if (!holder) return Error(ErrorCode::kExhausted, "make a cgroup in " + v2_->path());
    limited.by_v2_ = true;
  }
  if (limits.memory.count() > 0) SENNIT_TRY(set_memory(limited, limits.memory, holder));
  if (limits.cpus > 0) SENNIT_TRY(set_cpus(limited, limits.cpus, holder));
  if (limits.processes > 0) SENNIT_TRY(set_processes(limited, limits.processes, holder));
  return {};
}

Result<LimitedCgroup> LimitTree::make(const ResourceLimits& wanted, Cgroup& holder) {
  ResourceLimits limits = wanted;
  if (limits.cpus >= processors_) limits.cpus = 0;  // it cannot have more in any case
  LimitedCgroup limited;
  if (Result<void> done = set(limited, limits, holder); !done) {
    end(std::move(limited), std::exchange(holder, {}));
    return std::move(done).error();
  }
  return limited;
}

void LimitTree::end(LimitedCgroup limited, Cgroup holder) {
  if (limited.by_v2_ && holder) {
    holder.kill();  // one that counted somebody's memory is not used again, whether anybody is left in it or not
    v2_->end(std::move(holder));
  }
  if (limited.memory_) memory_->end(std::move(limited.memory_));
  if (limited.cpu_) cpu_->end(std::move(limited.cpu_));
  if (limited.pids_) pids_->end(std::move(limited.pids_));
}

void end_limit_tree(const std::string& name) {
  end_cgroup_v1_tree("memory", name);
  end_cgroup_v1_tree("cpu", name);
  end_cgroup_v1_tree("pids", name);
  const std::optional<CgroupPlace> place = cgroup_place("");
  if (!place) return;
  for (const std::string& directory : place->directories()) {
    end_cgroup_tree_at(directory + "/" + v2_name(name));
    end_cgroup_tree_at(directory + "/" + home_name(name) + "/" + name);  // of those without limits, while we were there
    give_back_delegation(directory, home_name(name));
  }
}

}  // namespace sennit::proc
