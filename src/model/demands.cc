#include "model/demands.h"

#include <algorithm>

namespace sennit {
namespace {

bool has_demand(const InputSpec& input, Demand demand) {
  if (demand == Demand::kUrlInputs) return input.kind == InputSpec::Kind::kUrl;
  if (demand == Demand::kDatasetInputs) return input.kind == InputSpec::Kind::kDataset;
  return demand == Demand::kInputRegex && input.kind == InputSpec::Kind::kTask && !input.regex.empty();
}

// "input 2", and what it is.
std::string input_text(Demand demand, const TaskBody& body) {
  const auto found =
      std::ranges::find_if(body.inputs, [demand](const InputSpec& input) { return has_demand(input, demand); });
  std::string text = "input " + std::to_string(found - body.inputs.begin());
  if (demand == Demand::kUrlInputs) return text + ", fetching " + found->source + ",";
  if (demand == Demand::kDatasetInputs) return text + ", the dataset " + found->source + ",";
  return text + ": choosing files by regex";
}

std::string needs_isolation(std::string what) {
  return std::move(what) +
         ": a plain process cannot have this, and the sandbox and container runtimes, which can, are not in this "
         "release";
}

bool is_mounted(const CredentialUse& use) { return !use.mount_dir.empty(); }

// "the credential hub as files in /secrets".
std::string mount_text(const std::vector<CredentialUse>& uses) {
  const auto mounted = std::ranges::find_if(uses, is_mounted);
  if (mounted == uses.end()) return "credentials as files";
  return "the credential " + mounted->credential + " as files in " + mounted->mount_dir;
}

std::string not_yet(std::string what) { return std::move(what) + " is not in this release"; }

}  // namespace

DemandSet demands_of(const TaskBody& body) {
  DemandSet demands;
  const auto note = [&demands](Demand demand, bool there) { demands.set(static_cast<std::size_t>(demand), there); };
  note(Demand::kFiles, !body.files.empty());
  note(Demand::kVolumeMounts, !body.volume_mounts.empty());
  note(Demand::kCredentials, std::ranges::any_of(body.credentials, is_mounted));
  note(Demand::kOutputs, !body.outputs.empty());
  note(Demand::kCheckpoints, !body.checkpoints.empty());
  for (const Demand demand : {Demand::kUrlInputs, Demand::kDatasetInputs, Demand::kInputRegex}) {
    note(demand, std::ranges::any_of(body.inputs, [demand](const InputSpec& i) { return has_demand(i, demand); }));
  }
  return demands;
}

std::string refusal_of(Demand demand, const TaskBody& body) {
  switch (demand) {
    case Demand::kFiles: return needs_isolation("files: " + body.files.front().path);
    case Demand::kVolumeMounts: return needs_isolation("volumeMounts: " + body.volume_mounts.front());
    case Demand::kCredentials: return needs_isolation(mount_text(body.credentials));
    case Demand::kOutputs: return not_yet("sending outputs to " + body.outputs.front().target);
    case Demand::kCheckpoints: return not_yet("checkpointing to " + body.checkpoints.front().url);
    case Demand::kUrlInputs:
    case Demand::kDatasetInputs:
    case Demand::kInputRegex: return not_yet(input_text(demand, body));
  }
  return {};
}

}  // namespace sennit
