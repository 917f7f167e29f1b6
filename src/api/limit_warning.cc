#include "api/limit_warning.h"

#include <fmt/format.h>

#include <algorithm>

namespace sennit::api {
namespace {

// What of a host's problems matters to a workflow.
LimitProblems relevant(const Workflow& workflow, const LimitProblems& problems) {
  LimitProblems found;
  for (const ResourceRequest& request : workflow.resources) {
    if (request.memory.count() > 0) found.memory = problems.memory;
    if (request.cpus.value_or(0) > 0) found.cpus = problems.cpus;
  }
  return found;
}

std::string text_of(const LimitProblems& problems, const std::string& where) {
  constexpr auto kText = "{} requests are reserved but not enforced on {}: {}";
  if (problems.memory == problems.cpus) return fmt::format(kText, "memory and CPU", where, problems.memory);
  std::string text;
  if (!problems.memory.empty()) text = fmt::format(kText, "memory", where, problems.memory);
  if (problems.cpus.empty()) return text;
  if (!text.empty()) text += "; ";
  return text + fmt::format(kText, "CPU", where, problems.cpus);
}

}  // namespace

std::string limit_warning(const Workflow& workflow, const core::State& state) {
  const auto joined = std::ranges::count_if(state.hosts, [](const auto& entry) { return entry.second.joined; });
  std::string text;
  for (const auto& [id, host] : state.hosts) {
    const LimitProblems problems = host.joined ? relevant(workflow, host.limit_problems) : LimitProblems();
    if (problems == LimitProblems()) continue;
    if (!text.empty()) text += "; ";
    text += text_of(problems, joined == 1 ? "this host" : host.name);
  }
  return text;
}

}  // namespace sennit::api
