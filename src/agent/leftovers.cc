#include "agent/leftovers.h"

#include <csignal>
#include <optional>
#include <string>

#include "proc/cgroup.h"
#include "proc/limits.h"
#include "proc/reaper.h"

namespace sennit::agent {
namespace {

constexpr Micros kSoon = std::chrono::milliseconds(50);
constexpr std::string_view kVariable = "SENNIT_ATTEMPT";

// "3f9c2a71d0b4e856-": what the ids of this instance's attempts begin with.
std::string prefix_of(InstanceId instance) {
  const std::string id = to_string(AttemptId{.instance = instance, .workflow = {}, .task = {}, .number = 0});
  return id.substr(0, id.find('-') + 1);
}

}  // namespace

void Leftovers::kill_now(const AttemptId& attempt) { signal(attempt, SIGKILL); }

void Leftovers::signal(const AttemptId& attempt, int number) {
  const std::string id = to_string(attempt);
  proc::signal_marked(number, kVariable, [&](std::string_view value) { return value == id; });
}

void Leftovers::look_soon() {
  if (!timer_.is_armed()) timer_.arm_after(kSoon, [this] { look(); });
}

void Leftovers::look() {
  const auto is_left = [this](std::string_view value) {
    const std::optional<AttemptId> attempt = parse_attempt_id(value);
    return attempt && attempt->instance == instance_ && is_over_(*attempt);
  };
  if (proc::kill_marked_children(guard_, kVariable, is_left) > 0) look_soon();
}

std::string cgroup_name(InstanceId instance) { return "sennit-" + prefix_of(instance).substr(0, 16); }

void end_cgroups(InstanceId instance) {
  proc::end_cgroup_tree(cgroup_name(instance));
  proc::end_limit_tree(cgroup_name(instance));  // last: it may move us to another cgroup
}

std::size_t kill_leftovers(InstanceId instance) {
  const std::string prefix = prefix_of(instance);
  const std::size_t killed =
      proc::kill_marked(kVariable, [&](std::string_view value) { return value.starts_with(prefix); });
  end_cgroups(instance);  // those without the mark
  return killed;
}

}  // namespace sennit::agent
