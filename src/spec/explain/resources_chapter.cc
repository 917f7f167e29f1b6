// Codes 501 to 599: resources.
#include <array>

#include "spec/explain/chapters.h"

namespace sennit::spec {
namespace {

// A pool with two platforms.
constexpr std::string_view kPool = R"(pools:
  local:
    default_platform: small
    platforms:
      small: {privileged_allowed: false, allowed_mounts: [/mnt/shared]}
      large: {}
    topology_keys: [rack]
)";

constexpr auto kExplanations = std::to_array<Explanation>({
    {Code::kUnknownResource,
     "unknown resource",
     "The task names a resource that `workflow.resources` does not define. A task that names none takes `default`, "
     "which must be there if `resources` is.",
     {.file = R"(workflow:
  name: digits
  resources:
    default: {cpu: 1}
  tasks:
  - {name: train, image: "debian:12", command: [./train.sh], resource: gpu}
)"},
     "Add an entry of that name to `resources`, or name one that is there."},
    {Code::kUnknownPlatform,
     "unknown platform",
     "The platform is not one of the pool's.",
     {.file = R"(workflow:
  name: digits
  resources:
    default: {platform: huge}
  tasks:
  - {name: train, image: "debian:12", command: [./train.sh]}
)",
      .config = kPool},
     "Take one of the platforms that the message lists, or another pool with `--pool`."},
    {Code::kNotAllowed,
     "not allowed on the platform",
     "The platform does not allow this: privileged tasks, or the host's network.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - {name: train, image: "debian:12", command: [./train.sh], privileged: true}
)",
      .config = kPool},
     "Do without, or take a platform that allows it: `platform` of the task's `resource`."},
    {Code::kBadMount,
     "mount not possible",
     "A mount is malformed, or the platform does not allow it.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - {name: train, image: "debian:12", command: [./train.sh], volumeMounts: [/home/ada]}
)",
      .config = kPool},
     "Write `source` or `source:destination`, with a source that the platform allows."},
    {Code::kBadTopology,
     "topology not possible",
     "The topology asks for a key that the pool does not have, or tasks ask for different sets of keys.",
     {.file = R"(workflow:
  name: digits
  resources:
    default:
      topology: [{key: room}]
  tasks:
  - {name: train, image: "debian:12", command: [./train.sh]}
)",
      .config = kPool},
     "Take keys that the pool has, and the same ones in all resources of the workflow."},
    {Code::kGpuNotListed,
     "GPU not in the workflow's list",
     "The job asks for a device that is not in the workflow's `resources.gpus`.",
     {.file = R"(name: digits
resources: {gpus: [0, 1]}
jobs:
- {name: train, verb: train, config: train.yaml, resources: {gpu: 2}}
)"},
     "Add it to the list, or take one of the list: `gpu: auto` is any."},
    {Code::kGpuConflict,
     "contradicting GPU requests",
     "The job asks for different devices in two places: under `resources` and in `CUDA_VISIBLE_DEVICES`.",
     {.file = R"(name: digits
jobs:
- name: train
  verb: train
  config: train.yaml
  resources: {gpu: 0}
  env: {CUDA_VISIBLE_DEVICES: "1"}
)"},
     "Say it in one place; `resources` is the better one, since another job then waits for the device."},
    {Code::kUnknownPool,
     "unknown pool",
     "There is no pool of this name in the configuration.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - {name: train, image: "debian:12", command: [./train.sh]}
)",
      .flags = "--pool cluster"},
     "`sennit config show` lists the pools; a new one is an entry of `pools` in `config.yaml`."},
});

}  // namespace

const Chapter kResourcesChapter{"Resources", "", kExplanations};

}  // namespace sennit::spec
