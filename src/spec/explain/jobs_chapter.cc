// Codes 601 to 699: jobs.
#include <array>

#include "spec/explain/chapters.h"

namespace sennit::spec {
namespace {

constexpr auto kExplanations = std::to_array<Explanation>({
    {Code::kUnknownVerb,
     "unknown verb",
     "The verb is not one that is known.",
     {.file = R"(name: digits
jobs:
- {name: train, verb: trian, config: train.yaml}
)"},
     "Take one of the verbs that the message lists, or give a verb of your own a program under `verbs` in "
     "`config.yaml`."},
    {Code::kConfigNotFound,
     "config file not found",
     "The config file of a job does not exist: neither where you stand nor beside the workflow file.",
     {.file = R"(name: digits
jobs:
- {name: train, verb: train, config: tarin.yaml}
)"},
     "Correct the path, or submit from where it begins. A config that is not a file has `://` in its name."},
    {Code::kVariableNotSet,
     "variable not set",
     "`${NAME}` is not set in the shell that submits.",
     {.file = R"(name: digits
env: {RATE: "${RATE}"}
jobs:
- {name: train, verb: train, config: train.yaml}
)"},
     "Set and export it, give it with `--set-env`, or name a word for that case: `${oc.env:RATE,0.1}`."},
    {Code::kBadVariable,
     "malformed variable",
     "`${...}` is not closed, or holds something other than a name.",
     {.file = R"(name: digits
env: {RATE: "${RATE"}
jobs:
- {name: train, verb: train, config: train.yaml}
)"},
     "Close it. A `${` that is meant as it stands is written `$${`."},
    {Code::kUnknownRemote,
     "unknown remote",
     "The job asks for a remote that the workflow does not define.",
     {.file = R"(name: digits
resources:
  remote: [{name: cluster}]
jobs:
- {name: train, verb: train, config: train.yaml, resources: {remote: clutser}}
)"},
     "Correct its name, or add it to `resources.remote` of the workflow."},
    {Code::kRemoteUnavailable,
     "remote jobs are not available",
     "Jobs on remote machines are not available yet. Nothing is run locally instead.",
     {.file = R"(name: digits
resources:
  remote: [{name: cluster}]
jobs:
- {name: train, verb: train, config: train.yaml, resources: {remote: cluster}}
)"},
     "Ask for a device of this machine: `gpu: auto`."},
});

}  // namespace

const Chapter kJobsChapter{"Jobs", "", kExplanations};

}  // namespace sennit::spec
