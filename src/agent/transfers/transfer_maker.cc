#include "agent/transfers/transfer_maker.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "agent/transfers/chosen_files.h"
#include "agent/transfers/dataset_items.h"
#include "agent/transfers/kpi_report.h"
#include "agent/transfers/transfer_keys.h"
#include "agent/transfers/transfer_paths.h"
#include "model/demands.h"
#include "model/runtime.h"

namespace sennit::agent {
namespace {

constexpr std::size_t kWorkers = 2;

// What all attempts share.
struct Shared {
  loop::Loop& loop;
  loop::WorkerPool& workers;
  proc::Spawner& spawner;
  storage::HashCache& hashes;
};

class Making {
 public:
  Making(const Shared& shared, const launch::WorkflowWorld& world, StartOrder& order, const TaskBody& body,
         Containers containers)
      : loop_(shared.loop),
        workers_(shared.workers),
        hashes_(shared.hashes),
        workflow_(world.context().id),
        place_(place_of(world.context().runtime, demands_of(body), containers)),
        order_(order),
        body_(body),
        keys_(order, world),
        paths_(world.context(), order, body, place_) {
    parts_.storage =
        std::make_unique<storage::RcloneStorage>(loop_, shared.spawner, mover_environment(world.context()));
  }

  Result<AttemptTransfers::Parts> make();

 private:
  Result<UrlItem::Setup> setup_for(const std::string& url);
  Result<DatasetItem::Setup> dataset_setup(const std::string& text);
  Result<DatasetOutput::Part> dataset_part(const std::string& path, const std::string& regex);
  Result<void> add_dataset(const OutputSpec& spec);
  // The superuser's process could write through a link into the bucket; in a sandbox or container inputs are read-only.
  storage::HardLinks hard_links() const {
    return place_ == Place::kProcess && ::geteuid() == 0 ? storage::HardLinks::kRefused : storage::HardLinks::kAllowed;
  }
  storage::Effort effort() const {
    return {.processors = order_.limits.cpus, .parallel_files = 0, .rate_limit = {}, .retries = {}};
  }
  Result<void> add_input(std::size_t index);
  Result<void> add_checkpoint(std::size_t index);
  Result<void> add_output(const OutputSpec& spec);

  loop::Loop& loop_;
  loop::WorkerPool& workers_;
  storage::HashCache& hashes_;
  const std::string& workflow_;
  Place place_;
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
  return UrlItem::Setup{.loop = loop_,
                        .workers = workers_,
                        .storage = *parts_.storage,
                        .effort = effort(),
                        .target = {.location = std::move(location), .credential = std::move(credential)}};
}

Result<DatasetItem::Setup> Making::dataset_setup(const std::string& text) {
  SENNIT_ASSIGN(const std::string replaced, paths_.replace(text));
  SENNIT_ASSIGN(storage::DatasetName name, storage::parse_dataset_name(replaced));
  const auto place = order_.dataset_places.find(name.bucket);
  if (place == order_.dataset_places.end()) {
    return Error(ErrorCode::kNotFound, fmt::format("the dataset {}: the server has no bucket '{}' in its configuration",
                                                   replaced, name.bucket));
  }
  SENNIT_ASSIGN(storage::Location location, storage::parse_location(place->second));
  SENNIT_ASSIGN(storage::CredentialFound credential, keys_.find(location));
  return DatasetItem::Setup{.loop = loop_,
                            .storage = *parts_.storage,
                            .hashes = hashes_,
                            .effort = effort(),
                            .place = {.location = std::move(location), .credential = std::move(credential)},
                            .name = std::move(name)};
}

// Of "src[:dst]".
Result<DatasetOutput::Part> Making::dataset_part(const std::string& path, const std::string& regex) {
  SENNIT_ASSIGN(std::string source, paths_.replace(path));
  std::string below;
  if (const std::size_t colon = source.find(':'); colon != std::string::npos) {
    below = source.substr(colon + 1);
    source.resize(colon);
  }
  while (below.ends_with('/')) below.pop_back();
  return DatasetOutput::Part{.source = {.root = paths_.output(), .path = std::move(source), .regex = regex},
                             .below = std::move(below)};
}

Result<void> Making::add_dataset(const OutputSpec& spec) {
  SENNIT_ASSIGN(DatasetItem::Setup setup, dataset_setup(spec.target));
  // Whatever it is called in the file, it is the next one.
  setup.name.tag.clear();
  SENNIT_ASSIGN(const std::string regex, paths_.replace(spec.regex));
  DatasetOutput::What what{.output = paths_.output(),
                           .metadata = spec.metadata,
                           .labels = spec.labels,
                           .source = fmt::format("{}/{}", workflow_, order_.task)};
  if (spec.kind == OutputSpec::Kind::kUpdateDataset) what.onto = storage::UploadRequest::Onto::kLatest;
  std::vector<std::string> paths = spec.paths;
  // What is in the directory, not the directory.
  if (paths.empty()) paths.push_back(spec.path.empty() ? "*" : spec.path + "/*");
  for (const std::string& path : paths) {
    SENNIT_ASSIGN(DatasetOutput::Part part, dataset_part(path, regex));
    what.parts.push_back(std::move(part));
  }
  parts_.outputs.push_back(std::make_unique<DatasetOutput>(std::move(setup), std::move(what)));
  return {};
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
    case InputSpec::Kind::kDataset: {
      SENNIT_ASSIGN(DatasetItem::Setup setup, dataset_setup(input.source));
      parts_.inputs.push_back(
          std::make_unique<DatasetInput>(std::move(setup), paths_.input(index), std::move(regex), hard_links()));
      break;
    }
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
  if (spec.kind != OutputSpec::Kind::kUrl) return add_dataset(spec);
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
                Making({loop_, *workers_, *spawner_, hashes_}, world, order, body, containers_).make());
  use_own_inputs(order);
  return std::make_unique<AttemptTransfers>(loop_, std::move(parts));
}

}  // namespace sennit::agent
