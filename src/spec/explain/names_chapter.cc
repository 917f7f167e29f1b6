// Codes 301 to 399: names and the graph.
#include <array>

#include "spec/explain/chapters.h"

namespace sennit::spec {
namespace {

constexpr auto kExplanations = std::to_array<Explanation>({
    {Code::kBadName,
     "not a valid name",
     "A name begins with a letter, ends with a letter or digit, and has letters, digits, `-` and `_` between. A job's "
     "name becomes a directory: it has no `/`.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - {name: train model, image: "debian:12", command: [./train.sh]}
)"},
     "Take such a name: `train-model`."},
    {Code::kNameTooLong,
     "name too long",
     "The name is longer than `limits.name_length` (jobs: `limits.job_name_length`). Below `tasks:` each task has a "
     "group of its own whose name is the task's with `-group` behind it, which counts.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - name: train-the-model-that-reads-handwritten-digits-with-all-settings
    image: debian:12
    command: [./train.sh]
)"},
     "Take a shorter one, and put what it said into a label."},
    {Code::kReservedName,
     "reserved name",
     "The name is one that the system uses itself.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - {name: osmo-ctrl, image: "debian:12", command: [./train.sh]}
)"},
     "Take another one."},
    {Code::kDuplicateName,
     "name used twice",
     "Two tasks or groups have one name. `_` and `-`, upper and lower case count as the same.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - {name: train_model, image: "debian:12", command: [./train.sh]}
  - {name: train-model, image: "debian:12", command: [./train.sh]}
)"},
     "Rename one of them."},
    {Code::kUnknownTask,
     "unknown task",
     "A task or job that is named as an input or a dependency does not exist.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - {name: make-data, image: "debian:12", command: [./make.sh]}
  - name: train
    image: debian:12
    command: [./train.sh]
    inputs: [{task: makedata}]
)"},
     "Write its name exactly as it stands there; here upper and lower case, `-` and `_` differ. A task of an earlier "
     "workflow is `WORKFLOW-ID:TASK`."},
    {Code::kCycle,
     "circular dependency",
     "Tasks wait for each other in a circle, so none of them could ever start. The message names the circle and, where "
     "groups have several tasks, which of them make it. Circles that have nothing to do with each other are all told.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - {name: train, image: "debian:12", command: [./train.sh], inputs: [{task: test}]}
  - {name: test, image: "debian:12", command: [./test.sh], inputs: [{task: train}]}
)"},
     "Remove one of the dependencies. Tasks that have to run at the same time belong into one group."},
    {Code::kTooManyTasks,
     "too many tasks",
     "There are more tasks than `limits.tasks`.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - {name: train, image: "debian:12", command: [./train.sh]}
  - {name: test, image: "debian:12", command: [./test.sh]}
)",
      .flags = "--config limits.tasks=1"},
     "Make several workflows of it, or raise the limit in `config.yaml`."},
    {Code::kLead,
     "a group needs exactly one lead",
     "A group of more than one task needs exactly one with `lead: true`: its end is the group's end.",
     {.file = R"(workflow:
  name: digits
  groups:
  - name: train
    tasks:
    - {name: master, image: "debian:12", command: [./train.sh]}
    - {name: worker, image: "debian:12", command: [./train.sh]}
)"},
     "Write `lead: true` in the task that decides."},
    {Code::kBadLabel,
     "not a valid label",
     "A label's name or value has a character that labels may not have, or is too long; in the file or in `--label`.",
     {.file = R"(workflow:
  name: digits
  labels: {team: "vision & robots"}
  tasks:
  - {name: train, image: "debian:12", command: [./train.sh]}
)"},
     "Up to 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends."},
    {Code::kTooManyLabels,
     "too many labels",
     "There are more labels than `limits.labels`.",
     {.file = R"(workflow:
  name: digits
  labels: {team: vision, stage: trial}
  tasks:
  - {name: train, image: "debian:12", command: [./train.sh]}
)",
      .flags = "--config limits.labels=1"},
     "Remove some, or raise the limit in `config.yaml`."},
    {Code::kTaskTooLarge,
     "task too large",
     "The words, variables and files of one task are longer, all together, than `limits.task_size`.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - name: train
    image: debian:12
    command: [./train.sh, "0123456789012345678901234567890123456789"]
)",
      .flags = "--config limits.task_size=32"},
     "Give large contents as an input."},
    {Code::kGroupNameTaken,
     "name taken by a group of one task",
     "In a file with `tasks:`, each task is in a group of its own, which is called `<task>-group`. Another task cannot "
     "have that name.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - {name: train, image: "debian:12", command: [./train.sh]}
  - {name: train-group, image: "debian:12", command: [./test.sh]}
)"},
     "Give one of the two tasks another name."},
    {Code::kApart,
     "task apart from the others",
     "Advice of `sennit validate`: the other tasks of the workflow are connected by inputs, and this one is not: it "
     "takes nothing from them, none of them takes anything from it, and it puts out nothing. It runs at once, beside "
     "the others.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - {name: make-data, image: "debian:12", command: [./make.sh, "{{output}}"]}
  - name: train
    image: debian:12
    command: [./train.sh, "{{input:0}}"]
    inputs: [{task: make-data}]
  - {name: report, image: "debian:12", command: [./report.sh]}
)"},
     "Name under `inputs` what it waits for. If it is to run beside the others, nothing is wrong."},
    {Code::kLabelPolicy,
     "label that is asked for",
     "`label_policies` in `config.yaml` wants this label, or one of certain values for it. With `enforcement: warn` it "
     "is advice, otherwise the workflow is refused.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - {name: train, image: "debian:12", command: [./train.sh]}
)",
      .config = "label_policies: {team: {values: [vision, speech]}}\n"},
     "Write it under `labels`, or give it on the command line: `--label team=vision`."},
});

}  // namespace

const Chapter kNamesChapter{"Names and the graph", "", kExplanations};

}  // namespace sennit::spec
