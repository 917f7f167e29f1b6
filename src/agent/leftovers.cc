#include "agent/leftovers.h"

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

void Leftovers::kill_now(const AttemptId& attempt) {
  const std::string id = to_string(attempt);
  proc::kill_marked(kVariable, [&](std::string_view value) { return value == id; });
}

void Leftovers::kill_soon(const AttemptId& attempt) {
  due_.insert(to_string(attempt));
  if (!timer_.is_armed()) timer_.arm_after(kSoon, [this] { kill_due(); });
}

void Leftovers::kill_due() {
  proc::kill_marked(kVariable, [this](std::string_view value) { return due_.contains(std::string(value)); });
  due_.clear();
}

std::size_t kill_leftovers(InstanceId instance) {
  const std::string prefix = prefix_of(instance);
  return proc::kill_marked(kVariable, [&](std::string_view value) { return value.starts_with(prefix); });
}

}  // namespace sennit::agent
