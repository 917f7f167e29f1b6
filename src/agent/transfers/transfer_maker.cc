#include "agent/transfers/transfer_maker.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "agent/transfers/chosen_files.h"
#include "agent/transfers/kpi_report.h"
#include "agent/transfers/transfer_keys.h"
#include "agent/transfers/transfer_paths.h"
#include "model/demands.h"
#include "model/runtime.h"

namespace sennit::agent {
namespace {

constexpr std::size_t kWorkers = 2;

// What rclone needs of an environment, wherever the task's own comes from.
EnvironmentList environment_for(const WorkflowContext& context) {
  EnvironmentList list = context.environment;
  for (const char* name : {"PATH", "HOME"}) {
    const bool is_there = std::ranges::find(list, name, &EnvironmentList::value_type::first) != list.end();
    const char* ours = std::getenv(name);
    if (!is_there && ours != nullptr) list.emplace_back(name, ours);
  }
  return list;
}

class Making {
 public:
  Making(loop::Loop& loop, loop::WorkerPool& workers, proc::Spawner& spawner, const launch::WorkflowWorld& world,
         StartOrder& order, const TaskBody& body, Containers containers)
      : loop_(loop),
        workers_(workers),
        order_(order),
        body_(body),
        keys_(order, world),
        paths_(world.context(), order, body, place_of(world.context().runtime, demands_of(body), containers)) {
    parts_.storage = std::make_unique<storage::RcloneStorage>(loop, spawner, environment_for(world.context()));
  }

  Result<AttemptTransfers::Parts> make();

 private:
  Result<UrlItem::Setup> setup_for(const std::string& url);
  Result<void> add_input(std::size_t index);
  Result<void> add_checkpoint(std::size_t index);
  Result<void> add_output(const OutputSpec& spec);

  loop::Loop& loop_;
  loop::WorkerPool& workers_;
  StartOrder& order_;
  const TaskBody& body_;
  TransferKeys keys_;
  TransferPaths paths_;
  AttemptTransfers::Parts parts_;
};

Result<UrlItem::Setup> Making::setup_for(const std::string& url) {
  SENNIT_ASSIGN(const std::string text, paths_.replace(url));
  SENNIT_ASSIGN(storage::Location location, storage::parse_location(text));
  SENNIT_ASSIGN(storage::CredentialFound credential, keys_.find(location));
  return UrlItem::Setup{
      .loop = loop_,
      .workers = workers_,
      .storage = *parts_.storage,
      .effort = {.processors = order_.limits.cpus, .parallel_files = 0, .rate_limit = {}, .retries = {}},
      .target = {.location = std::move(location), .credential = std::move(credential)}};
}

Result<void> Making::add_input(std::size_t index) {
  const InputSpec& input = body_.inputs[index];
  SENNIT_ASSIGN(std::string regex, paths_.replace(input.regex));
  switch (input.kind) {
    case InputSpec::Kind::kUrl: {
      SENNIT_ASSIGN(UrlItem::Setup setup, setup_for(input.source));
      parts_.inputs.push_back(std::make_unique<UrlInput>(std::move(setup), paths_.input(index), std::move(regex)));
      break;
    }
    case InputSpec::Kind::kTask: {
      if (regex.empty()) break;
      ChosenFiles files{.from = paths_.producer(index), .directory = paths_.input(index), .regex = std::move(regex)};
      parts_.inputs.push_back(std::make_unique<ChosenInput>(workers_, std::move(files), input.source));
      break;
    }
    case InputSpec::Kind::kDataset: break;
  }
  return {};
}

Result<void> Making::add_checkpoint(std::size_t index) {
  const CheckpointSpec& spec = body_.checkpoints[index];
  SENNIT_ASSIGN(UrlItem::Setup setup, setup_for(spec.url));
  SENNIT_ASSIGN(UploadSource source, paths_.source_of(index));
  SENNIT_ASSIGN(source.regex, paths_.replace(spec.regex));
  auto checkpoint = std::make_unique<Checkpoint>(std::move(setup), std::move(source), Micros(spec.frequency_us));
  parts_.checkpoints.push_back(checkpoint.get());
  parts_.outputs.push_back(std::move(checkpoint));
  return {};
}

Result<void> Making::add_output(const OutputSpec& spec) {
  if (spec.kind != OutputSpec::Kind::kUrl) return {};
  SENNIT_ASSIGN(UrlItem::Setup setup, setup_for(spec.target));
  SENNIT_ASSIGN(std::string regex, paths_.replace(spec.regex));
  UploadSource source{.root = paths_.output(), .path = "*", .regex = std::move(regex)};
  parts_.outputs.push_back(std::make_unique<UrlOutput>(std::move(setup), std::move(source)));
  return {};
}

Result<AttemptTransfers::Parts> Making::make() {
  for (std::size_t i = 0; i < body_.inputs.size(); ++i) SENNIT_TRY(add_input(i));
  for (std::size_t i = 0; i < body_.checkpoints.size(); ++i) SENNIT_TRY(add_checkpoint(i));
  if (!body_.kpis.empty()) {
    std::vector<KpiSpec> kpis = body_.kpis;
    for (KpiSpec& kpi : kpis) {
      SENNIT_ASSIGN(kpi.path, paths_.replace(kpi.path));
    }
    parts_.outputs.push_back(std::make_unique<KpiReport>(loop_, paths_.output(), std::move(kpis)));
  }
  for (const OutputSpec& output : body_.outputs) SENNIT_TRY(add_output(output));
  return std::move(parts_);
}

}  // namespace

void use_own_inputs(StartOrder& order) {
  if (!has_transfers(order.body)) return;
  const Result<TaskBody> body = decode_task_body(order.body);
  if (!body) return;  // it does not start
  for (std::size_t i = 0; i < std::min(body->inputs.size(), order.input_dirs.size()); ++i) {
    if (!body->inputs[i].regex.empty()) order.input_dirs[i].clear();
  }
}

Result<void> TransferMaker::open() {
  if (spawner_) return {};
  SENNIT_ASSIGN(proc::Spawner spawner, proc::Spawner::open(proc::raise_file_limit()));
  spawner_.emplace(std::move(spawner));
  workers_.emplace(loop_, kWorkers);
  return {};
}

Result<std::unique_ptr<AttemptTransfers>> TransferMaker::make(const launch::WorkflowWorld& world, StartOrder& order) {
  if (!has_transfers(order.body)) return std::unique_ptr<AttemptTransfers>();
  SENNIT_ASSIGN(const TaskBody body, decode_task_body(order.body));
  SENNIT_TRY(open());
  SENNIT_ASSIGN(AttemptTransfers::Parts parts,
                Making(loop_, *workers_, *spawner_, world, order, body, containers_).make());
  use_own_inputs(order);
  return std::make_unique<AttemptTransfers>(loop_, std::move(parts));
}

}  // namespace sennit::agent
