#include "cli/starter/starter_files.h"

namespace sennit::cli {

const std::string_view kTasksStarter =
    R"yaml(# A workflow of three tasks: `prepare` makes numbers, `count` and `sum` read them side by side.
#
#   sennit validate FILE                   every mistake at once, with its place
#   sennit run FILE                        run it and follow it
#   sennit run FILE --set numbers=1000     with another value for a variable
workflow:
  # Letters, digits, - and _. A run is called after it: starter-1, starter-2 ...
  name: starter

  # What a task needs, if it does not name another entry with `resource:`.
  resources:
    default:
      cpu: 1
      memory: 128Mi

  tasks:
  # `image` is the container for places that have containers. As a process of this machine it is not used.
  - name: prepare
    image: debian:12
    # A list of words; no shell is involved unless you name one.
    command: [sh, -c]
    args:
    # {{output}} is the folder for what a task leaves behind.
    - |
      echo "making {{numbers}} numbers"
      seq 1 {{numbers}} > {{output}}/numbers.txt

  - name: count
    image: debian:12
    command: [sh, -c]
    args: ["wc -l < {{input:0}}/numbers.txt"]
    # A task starts when those that it names here have completed. {{input:0}} is what the first of them left behind.
    inputs:
    - task: prepare

  - name: sum
    image: debian:12
    command: [awk, '{ sum += $1 } END { print ENVIRON["WORD"], sum }', "{{input:0}}/numbers.txt"]
    environment:
      WORD: "the sum is"
    inputs:
    - task: prepare
    # What an exit code means: 75 is tried again. Any other but 0 fails the task, and with it the workflow.
    exitActions:
      RESCHEDULE: "75"

# The file is a template. These are its variables; --set changes them.
default-values:
  numbers: 100
)yaml";

const std::string_view kJobsStarter =
    R"yaml(# A workflow of two jobs: `evaluate` follows `train`. Each runs `oumi VERB --config CONFIG ARGS...`.
#
#   sennit validate FILE                   every mistake at once, with its place
#   sennit run FILE                        run it and follow it
#
# Running it needs the `oumi` command: pip install oumi. To try things out without, name another program for the verbs,
# in a file .sennit/config.yaml beside this one:
#
#   verbs:
#     train: [echo, train]
#     evaluate: [echo, evaluate]
name: starter

resources:
  # How many jobs run at once. `gpus: [0, 1]` beside it says which devices they may use; without, all of the machine.
  max_parallel: 2

# Variables for every job. ${NAME} is the variable of whoever submits, with a default: ${oc.env:NAME,word}.
env:
  TOKENIZERS_PARALLELISM: "false"

# Each job gets a folder here, with its job.log.
output_dir: ./outputs

jobs:
- name: train
  verb: train
  # A file beside this one, or something with ://, which the verb finds itself.
  config: oumi://configs/recipes/smollm/sft/135m/quickstart_train.yaml
  args: [--training.max_steps=10, --training.output_dir=outputs/model]
  # Seconds between tries, and for each try.
  max_retries: 1
  retry_delay: 5
  timeout: 3600
  # A device of its own: `gpu: auto` is any free one. Where there is no GPU, the job would wait for ever.
  # resources: {gpu: auto}

- name: evaluate
  verb: evaluate
  config: oumi://configs/recipes/smollm/evaluation/135m/quickstart_eval.yaml
  args: [--model.model_name=outputs/model]
  # Starts when these have completed.
  depends_on: [train]
)yaml";

}  // namespace sennit::cli
