#include "api/admission.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/limit_warning.h"
#include "api/place_check.h"
#include "core/feasibility.h"
#include "core/quota.h"

namespace sennit::api {
namespace {

constexpr Micros kPatience = std::chrono::seconds(5);

std::string infeasible_text(const Workflow& workflow, const std::vector<core::ResourceComplaint>& complaints) {
  std::string text;
  for (const core::ResourceComplaint& complaint : complaints) {
    text += text.empty() ? "" : "; ";
    text += fmt::format("task '{}'", workflow.name_of(complaint.task));
    if (complaint.tasks > 1) text += fmt::format(" (and {} more)", complaint.tasks - 1);
    text += " " + complaint.message;
  }
  return text;
}

std::string maintenance_text(const PoolSettings& pool) {
  return fmt::format(
      "pool '{}' is in maintenance and takes no new workflows; those that are in it go on. `sennit pool list` shows "
      "the others",
      pool.name);
}

// Why a host may have less than it is known to have.
std::string fence_text(const PoolSettings& pool) {
  if (!pool.gpus) return "";
  return fmt::format("; pool '{}' may use {}", pool.name,
                     pool.gpus->empty() ? "no GPU" : fmt::format("GPU {} of a host", to_string(*pool.gpus)));
}

// What the hosts say of devices that they do not offer.
std::string gpu_problems(const core::State& state) {
  std::string text;
  for (const auto& [id, host] : state.hosts) {
    if (host.joined && !host.gpu_problem.empty()) text += "; " + host.gpu_problem;
  }
  return text;
}

// Devices are pretended by the agent, which runs already: the variable of who submits comes too late.
std::string late_pretence(const EnvironmentList& environment) {
  const auto pretended = std::ranges::find(environment, "SENNIT_GPUS", &EnvironmentList::value_type::first);
  if (pretended == environment.end()) return "";
  return fmt::format(
      "; SENNIT_GPUS={} of this shell counts for a server that is started with it: `sennit server stop`, then try "
      "again",
      pretended->second);
}

// How to go on where there is no device, or where there are pretended ones and not enough.
std::string how_to_pretend(const std::vector<HostCapacity>& hosts, const EnvironmentList& environment) {
  const bool pretended = std::ranges::any_of(hosts, &HostCapacity::pretended_gpus);
  if (const std::string late = late_pretence(environment); !pretended && !late.empty()) return late;
  const bool some = std::ranges::any_of(hosts, [](const HostCapacity& host) { return !host.gpus.empty(); });
  if (some && !pretended) return "";
  return "; a server that is started with SENNIT_GPUS=4x80Gi pretends to have four of 80 GiB, for trying things out: "
         "`sennit server stop`, then `SENNIT_GPUS=4x80Gi sennit run ...`";
}

std::vector<std::string> clamp_warnings(const Workflow& workflow, const std::vector<HostCapacity>& hosts) {
  std::vector<std::string> warnings;
  for (const core::ResourceComplaint& complaint : core::find_clamped(workflow, hosts)) {
    warnings.push_back(fmt::format("task '{}' {}", workflow.name_of(complaint.task), complaint.message));
  }
  return warnings;
}

struct Filled {
  std::shared_ptr<const Workflow> workflow;
  std::string encoded;
};

Result<Filled> fill_in(const Workflow& workflow, const BorrowedOutputs& outputs) {
  SENNIT_ASSIGN(Workflow filled, with_borrowed(workflow, outputs));
  std::string encoded = encode(filled);
  return Filled{std::make_shared<const Workflow>(std::move(filled)), std::move(encoded)};
}

}  // namespace

Admission::Admission(loop::Loop& loop, loop::WorkerPool& workers, engine::Engine& engine, store::Store& store,
                     Records& records, Keeper& keeper, std::string runs_dir)
    : loop_(loop),
      workers_(workers),
      engine_(engine),
      store_(store),
      records_(records),
      keeper_(keeper),
      runs_dir_(std::move(runs_dir)),
      patience_(loop) {
  engine_.add_observer(*this);
}

Admission::~Admission() { engine_.remove_observer(*this); }

std::vector<HostCapacity> Admission::hosts() const {
  std::vector<HostCapacity> capacities;
  for (const auto& [id, host] : engine_.state().hosts) {
    if (host.joined) capacities.push_back(host.capacity);
  }
  return capacities;
}

const PoolSettings& Admission::pool_named(const std::string& name) const {
  static const PoolSettings kWithoutLimits;
  const core::State& state = engine_.state();
  const auto found = state.pool_ids.find(name);
  return found == state.pool_ids.end() ? kWithoutLimits : state.pools[found->second.value()].settings;
}

void Admission::admit(engine::NewRun run, BorrowedOutputs borrowed, Reply reply) {
  if (const Result<void> possible = check_demands(*run.workflow, run.context.runtime); !possible)
    return reply(possible.error());
  Result<BorrowedOutputs> found = find_borrowed(*run.workflow, records_, store_);
  if (!found) return reply(found.error());
  borrowed.insert(found->begin(), found->end());
  const Result<void> there = check_there(borrowed, records_, runs_dir_, keeper_);
  if (!there) return reply(there.error());
  run.lenders = lenders_of(borrowed);
  Holds::Hold lenders = keeper_.holds().take(run.lenders);
  Waiting entry{std::move(run), std::move(reply), std::move(lenders)};
  if (found->empty()) return await_host(std::move(entry));
  fill(std::move(entry), std::move(*found));
}

void Admission::fill(Waiting entry, BorrowedOutputs outputs) {
  auto work = [workflow = entry.run.workflow, outputs = std::move(outputs)] { return fill_in(*workflow, outputs); };
  workers_.submit(std::move(work), [this, kept = std::move(entry)](Result<Filled> filled) mutable {
    if (!filled) return kept.reply(filled.error());
    kept.run.workflow = std::move(filled->workflow);
    kept.run.spec = std::move(filled->encoded);
    await_host(std::move(kept));
  });
}

void Admission::await_host(Waiting entry) {
  if (!hosts().empty()) return enter(std::move(entry));
  waiting_.push_back(std::move(entry));
  if (!patience_.is_armed()) patience_.arm_after(kPatience, [this] { enter_all(); });
}

void Admission::after_host(loop::Callback<void()> then) {
  readers_.push_back(std::move(then));
  if (!hosts().empty()) {
    // Not at once: what the engine is told in this turn is to be seen.
    patience_.arm_after(Micros::zero(), [this] { enter_all(); });
  } else if (!patience_.is_armed()) {
    patience_.arm_after(kPatience, [this] { enter_all(); });
  }
}

void Admission::committed(std::span<const Event> /*events*/, const core::State& /*state*/) {
  if (!(waiting_.empty() && readers_.empty()) && !hosts().empty()) enter_all();
}

void Admission::enter_all() {
  patience_.cancel();
  for (Waiting& entry : std::exchange(waiting_, {})) enter(std::move(entry));
  for (auto& reader : std::exchange(readers_, {})) reader();
}

void Admission::enter(Waiting entry) {
  const Workflow& workflow = *entry.run.workflow;
  const PoolSettings& pool = pool_named(entry.run.submission.pool);
  if (pool.maintenance) return entry.reply(Error(ErrorCode::kInvalid, maintenance_text(pool)));
  const Runtime wish = entry.run.context.runtime;
  if (std::string why = missing_place(workflow, wish, engine_.state()); !why.empty()) {
    return entry.reply(Error(ErrorCode::kInvalid, std::move(why)));
  }
  const auto beyond = core::find_over_quota(workflow, pool, entry.run.submission.priority);
  if (!beyond.empty()) return entry.reply(Error(ErrorCode::kInvalid, infeasible_text(workflow, beyond)));
  std::vector<HostCapacity> capacities = hosts();
  for (HostCapacity& host : capacities) host = core::capacity_in(pool, host);
  if (const auto infeasible = core::find_infeasible(workflow, capacities); !infeasible.empty()) {
    return entry.reply(Error(ErrorCode::kInvalid, infeasible_text(workflow, infeasible) + fence_text(pool) +
                                                      gpu_problems(engine_.state()) +
                                                      how_to_pretend(capacities, entry.run.context.environment)));
  }
  // The engine wants something that can be copied; it calls it once.
  auto reply = std::make_shared<Reply>(std::move(entry.reply));
  std::vector<std::string> warnings = clamp_warnings(workflow, capacities);
  if (std::string text = limit_warning(workflow, engine_.state()); !text.empty()) warnings.push_back(std::move(text));
  std::vector<std::string> notices;
  if (std::string text = image_notice(workflow, wish, engine_.state()); !text.empty())
    notices.push_back(std::move(text));
  auto answer = [reply, warnings = std::move(warnings), notices = std::move(notices),
                 lenders = std::move(entry.lenders)](Result<engine::Accepted> accepted) {
    if (!accepted) return (*reply)(accepted.error());
    (*reply)(Admitted{std::move(*accepted), warnings, notices});
  };
  engine_.submit(std::move(entry.run), std::move(answer));
}

}  // namespace sennit::api
