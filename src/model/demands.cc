#include "model/demands.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace sennit {
namespace {

bool has_demand(const InputSpec& input, Demand demand) {
  if (demand == Demand::kUrlInputs) return input.kind == InputSpec::Kind::kUrl;
  if (demand == Demand::kDatasetInputs) return input.kind == InputSpec::Kind::kDataset;
  return demand == Demand::kInputRegex && input.kind == InputSpec::Kind::kTask && !input.regex.empty();
}

bool is_dataset(const OutputSpec& output) { return output.kind != OutputSpec::Kind::kUrl; }

constexpr std::string_view kData = "/osmo/data";

// Where the path stands by its name: "args", or "" if nowhere.
std::string_view where_data_is_named(const TaskBody& body) {
  const auto names_it = [](const std::string& text) { return text.find(kData) != std::string::npos; };
  if (std::ranges::any_of(body.command, names_it)) return "command";
  if (std::ranges::any_of(body.args, names_it)) return "args";
  if (names_it(body.workdir)) return "workdir";
  const bool in_environment = std::ranges::any_of(body.environment, [&](const auto& pair) {
    return names_it(pair.second);  // no variable has such a name
  });
  return in_environment ? "environment" : "";
}

std::string wants_isolation(std::string what, Place place) {
  if (place != Place::kProcess) return "";
  return std::move(what) +
         ": a plain process cannot have this; the sandbox can (--runtime sandbox), and a container "
         "(--runtime container)";
}

bool is_mounted(const CredentialUse& use) { return !use.mount_dir.empty(); }

// "the credential hub as files in /secrets".
std::string mount_text(const std::vector<CredentialUse>& uses) {
  const auto mounted = std::ranges::find_if(uses, is_mounted);
  if (mounted == uses.end()) return "credentials as files";
  return "the credential " + mounted->credential + " as files in " + mounted->mount_dir;
}

}  // namespace

DemandSet demands_of(const TaskBody& body) {
  DemandSet demands;
  const auto note = [&demands](Demand demand, bool there) { demands.set(static_cast<std::size_t>(demand), there); };
  note(Demand::kFiles, !body.files.empty());
  note(Demand::kVolumeMounts, !body.volume_mounts.empty());
  note(Demand::kCredentials, std::ranges::any_of(body.credentials, is_mounted));
  note(Demand::kOutputs, std::ranges::any_of(body.outputs, is_dataset));
  note(Demand::kCheckpoints, !body.checkpoints.empty());
  note(Demand::kPaths, !where_data_is_named(body).empty());
  note(Demand::kImage, !body.image.empty());
  for (const Demand demand : {Demand::kUrlInputs, Demand::kDatasetInputs, Demand::kInputRegex}) {
    note(demand, std::ranges::any_of(body.inputs, [demand](const InputSpec& i) { return has_demand(i, demand); }));
  }
  return demands;
}

bool needs_isolation(const DemandSet& demands) {
  return std::ranges::any_of(std::array{Demand::kFiles, Demand::kVolumeMounts, Demand::kCredentials, Demand::kPaths},
                             [&](Demand demand) { return demands.test(static_cast<std::size_t>(demand)); });
}

bool is_contained(Runtime wish, bool has_image, Containers containers) {
  if (wish == Runtime::kAuto) return has_image && containers == Containers::kThere;
  return wish == Runtime::kContainer;
}

Place place_of(Runtime wish, const DemandSet& demands, Containers containers) {
  if (is_contained(wish, demands.test(static_cast<std::size_t>(Demand::kImage)), containers)) return Place::kContainer;
  if (wish == Runtime::kAuto) return needs_isolation(demands) ? Place::kSandbox : Place::kProcess;
  return wish == Runtime::kSandbox ? Place::kSandbox : Place::kProcess;
}

std::string refusal_of(Demand demand, Place place, const TaskBody& body) {
  switch (demand) {
    case Demand::kFiles: return wants_isolation("files: " + body.files.front().path, place);
    case Demand::kVolumeMounts: return wants_isolation("volumeMounts: " + body.volume_mounts.front(), place);
    case Demand::kPaths:
      return wants_isolation(std::string(where_data_is_named(body)).append(" with the path ").append(kData), place);
    case Demand::kImage: return {};
    case Demand::kCredentials: return wants_isolation(mount_text(body.credentials), place);
    case Demand::kOutputs:
    case Demand::kDatasetInputs:
    case Demand::kCheckpoints:
    case Demand::kUrlInputs:
    case Demand::kInputRegex: return {};
  }
  return {};
}

}  // namespace sennit
