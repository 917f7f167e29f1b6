#include "agent/confinement.h"

#include <csignal>
#include <utility>

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

}  // namespace

Confined& Confined::operator=(Confined&& other) noexcept {
  cgroup_.kill();
  child_ = std::move(other.child_);
  cgroup_ = std::move(other.cgroup_);
  return *this;
}

void Confined::terminate() const {
  child_.signal_group(SIGTERM);
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
  std::optional<proc::CgroupTree> cgroups = open_cgroups(options.cgroup);
  return std::unique_ptr<Confinement>(
      new Confinement(loop, std::move(options), std::move(spawner), std::move(cgroups)));
}

Confinement::Confinement(loop::Loop& loop, Options options, proc::Spawner spawner,
                         std::optional<proc::CgroupTree> cgroups)
    : spawner_(std::move(spawner)),
      cgroups_(std::move(cgroups)),
      leftovers_(loop, options.instance, options.guard, std::move(options.is_over)) {}

Result<Confined> Confinement::start(proc::SpawnRequest request) {
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

Result<Confined> Confinement::start_in_cgroup(proc::SpawnRequest request) {
  proc::Cgroup cgroup = cgroups_->take();
  request.cgroup = cgroup.fd();
  Result<proc::Child> child = spawner_.spawn(request);
  if (child) return Confined(std::move(child).value(), std::move(cgroup));
  cgroups_->end(std::move(cgroup));
  return std::move(child).error();
}

void Confinement::end_rest(const AttemptId& attempt, Confined& processes, When when) {
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
