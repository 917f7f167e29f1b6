#include "agent/confinement.h"

#include <csignal>
#include <utility>
#include <vector>

#include "agent/message_log.h"

namespace sennit::agent {
namespace {

std::optional<proc::CgroupTree> open_cgroups(const std::string& name) {
  if (name.empty()) return std::nullopt;
  Result<proc::CgroupTree> tree = proc::CgroupTree::open(name);
  if (!tree) {
    say(Level::kInfo, "attempts are held by process group and environment: {}", tree.error().message());
    return std::nullopt;
  }
  say(Level::kInfo, "attempts are held by cgroups in {}", tree->path());
  return std::move(tree).value();
}

proc::LimitTree open_limits(const std::string& name) {
  if (name.empty()) return {};
  proc::LimitTree tree = proc::LimitTree::open(name);
  for (const std::string& path : tree.paths()) say(Level::kInfo, "attempts are limited by cgroups in {}", path);
  const LimitProblems& problems = tree.problems();
  if (!problems.memory.empty()) say(Level::kWarn, "attempts are not held to their memory: {}", problems.memory);
  if (!problems.cpus.empty()) say(Level::kWarn, "attempts are not held to their CPUs: {}", problems.cpus);
  return tree;
}

}  // namespace

Confined& Confined::operator=(Confined&& other) noexcept {
  cgroup_.kill();
  child_ = std::move(other.child_);
  cgroup_ = std::move(other.cgroup_);
  limited_ = std::move(other.limited_);
  frozen_ = other.frozen_;
  passes_on_ = other.passes_on_;
  return *this;
}

// Once each: who is told twice may take it for impatience.
void Confined::terminate() const {
  if (!passes_on_ || !cgroup_) child_.signal_group(SIGTERM);
  cgroup_.terminate_others(child_.pid());
}

void Confined::kill() {
  // A stopped process takes SIGKILL as well; the SIGCONT is for those of the group that are being traced.
  child_.signal_group(SIGCONT);
  child_.signal_group(SIGKILL);
  cgroup_.kill();
}

Result<std::unique_ptr<Confinement>> Confinement::open(loop::Loop& loop, Options options) {
  const rlimit files = proc::raise_file_limit();
  SENNIT_ASSIGN(proc::Spawner spawner, proc::Spawner::open(files));
  proc::LimitTree limits = open_limits(options.cgroup);  // first: it may move us to another cgroup
  std::optional<proc::CgroupTree> cgroups = open_cgroups(options.cgroup);
  return std::unique_ptr<Confinement>(
      new Confinement(loop, std::move(options), std::move(spawner), std::move(limits), std::move(cgroups)));
}

Confinement::Confinement(loop::Loop& loop, Options options, proc::Spawner spawner, proc::LimitTree limits,
                         std::optional<proc::CgroupTree> cgroups)
    : spawner_(std::move(spawner)),
      limits_(std::move(limits)),
      cgroups_(std::move(cgroups)),
      leftovers_(loop, options.instance, options.guard, std::move(options.is_over)) {}

Result<Confined> Confinement::start(const proc::SpawnRequest& request, const ResourceLimits& limits) {
  Result<Confined> confined = limits.any() ? start_limited(request, limits) : start_unlimited(request);
  if (confined) confined->passes_on_ = request.ignores_termination;
  return confined;
}

Result<proc::Child> Confinement::start_beside(proc::SpawnRequest request, const Confined& processes) {
  const std::vector<int> entries = processes.limited_ ? processes.limited_.entries() : std::vector<int>();
  request.enter = entries;
  request.cgroup = processes.cgroup_.fd();
  return spawner_.spawn(request);
}

Result<Confined> Confinement::start_limited(proc::SpawnRequest request, const ResourceLimits& limits) {
  proc::Cgroup holder;
  Result<proc::LimitedCgroup> limited = limits_.make(limits, holder);
  if (!limited) return start_without(request, limited.error());
  const std::vector<int> entries = limited->entries();
  request.enter = entries;
  Result<Confined> confined = holder ? start_in(std::move(request), holder) : start_unlimited(request);
  if (confined) {
    confined->limited_ = std::move(*limited);
    return confined;
  }
  limits_.end(std::move(*limited), std::move(holder));
  const ErrorCode code = confined.error().code();
  if (code != ErrorCode::kConflict && code != ErrorCode::kUnavailable) return confined;
  request.enter = {};
  request.cgroup = -1;
  return start_without(request, confined.error());
}

// Somebody has removed the cgroups, or taken the right from us.
Result<Confined> Confinement::start_without(const proc::SpawnRequest& request, const Error& why) {
  if (!std::exchange(complained_, true)) say(Level::kWarn, "an attempt is not held to its limits: {}", why.message());
  return start_unlimited(request);
}

Result<Confined> Confinement::start_unlimited(const proc::SpawnRequest& request) {
  if (cgroups_) {
    Result<Confined> confined = start_in_cgroup(request);
    if (confined || confined.error().code() != ErrorCode::kUnavailable) return confined;
    // Somebody has removed it, or taken the right from us.
    say(Level::kWarn, "attempts are held by process group and environment from here: {}", confined.error().message());
    cgroups_.reset();
  }
  SENNIT_ASSIGN(proc::Child child, spawner_.spawn(request));
  return Confined(std::move(child), proc::Cgroup());
}

Result<Confined> Confinement::start_in_cgroup(const proc::SpawnRequest& request) {
  proc::Cgroup cgroup = cgroups_->take();
  Result<Confined> confined = start_in(request, cgroup);
  if (!confined) cgroups_->end(std::move(cgroup));
  return confined;
}

// `cgroup` goes with the attempt, unless that fails.
Result<Confined> Confinement::start_in(proc::SpawnRequest request, proc::Cgroup& cgroup) {
  request.cgroup = cgroup.fd();
  SENNIT_ASSIGN(proc::Child child, spawner_.spawn(request));
  return Confined(std::move(child), std::move(cgroup));
}

void Confinement::pause(const AttemptId& attempt, Confined& processes) {
  processes.frozen_ = processes.cgroup_ && processes.cgroup_.freeze();
  if (processes.frozen_) return;
  processes.child_.signal_group(SIGSTOP);
  Leftovers::signal(attempt, SIGSTOP);  // also those who left the group
}

void Confinement::resume(const AttemptId& attempt, Confined& processes) {
  if (std::exchange(processes.frozen_, false)) {
    processes.cgroup_.thaw();
    return;
  }
  Leftovers::signal(attempt, SIGCONT);
  processes.child_.signal_group(SIGCONT);
}

void Confinement::end_rest(const AttemptId& attempt, Confined& processes, When when) {
  if (!processes.limited_) return end_unlimited(attempt, processes, when);
  proc::Cgroup holder;
  if (processes.limited_.is_of_v2()) {
    holder = std::move(processes.cgroup_);
  } else {
    end_unlimited(attempt, processes, when);
  }
  limits_.end(std::move(processes.limited_), std::move(holder));
}

void Confinement::end_unlimited(const AttemptId& attempt, Confined& processes, When when) {
  if (processes.cgroup_) {
    if (cgroups_) return cgroups_->end(std::move(processes.cgroup_));
    return processes.cgroup_.kill();
  }
  switch (when) {
    case When::kSoon: return leftovers_.look_soon();
    case When::kNow: return leftovers_.kill_now(attempt);
  }
}

}  // namespace sennit::agent
