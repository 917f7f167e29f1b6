// Codes 401 to 499: values.
#include <array>

#include "spec/explain/chapters.h"

namespace sennit::spec {
namespace {

constexpr auto kExplanations = std::to_array<Explanation>({
    {Code::kBadDuration,
     "not a duration",
     "Durations are a number of seconds, a whole number with one unit (`d`, `h`, `m`, `s`, `ms`, `us`), or ISO 8601 "
     "such as `PT1H30M`.",
     {.file = R"(workflow:
  name: digits
  timeout: {exec_timeout: 1.5h}
  tasks:
  - {name: train, image: "debian:12", command: [./train.sh]}
)"},
     "Write it in one unit: `90m`."},
    {Code::kBadQuantity,
     "not a quantity",
     "Quantities are a number with one of the units `K`, `M`, `G`, `T`, also as `Ki` or `KiB`; all of them are powers "
     "of 1024. Without a unit it is bytes.",
     {.file = R"(workflow:
  name: digits
  resources:
    default: {memory: 16GB}
  tasks:
  - {name: train, image: "debian:12", command: [./train.sh]}
)"},
     "Write `16Gi`. Upper and lower case matter, and there is no space."},
    {Code::kBadExitCodes,
     "not a list of exit codes",
     "Exit codes are a list of numbers and ranges without spaces: `1,5-9`.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - name: train
    image: debian:12
    command: [./train.sh]
    exitActions: {RESCHEDULE: "75, 137"}
)"},
     "Write `\"75,137\"`, in quotes."},
    {Code::kBadImage,
     "not an image",
     "The text is not the name of a container image: `[registry/]name[:tag][@digest]`, in lower case.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - {name: train, image: Debian 12, command: [./train.sh]}
)"},
     "Write it as `docker pull` takes it: `debian:12`."},
    {Code::kBadStorageUrl,
     "not a storage URL",
     "The text is not a storage URL of a kind that is known: `s3://`, `gs://`, `azure://`, `swift://`, `tos://`, "
     "`file://`.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - name: train
    image: debian:12
    command: [./train.sh]
    inputs: [{url: "https://example.com/digits.tar"}]
)"},
     "Write `s3://bucket/path` or one of the others. What lies elsewhere is fetched by the task itself."},
    {Code::kBadFilePath,
     "not a usable file path",
     "A file cannot be put at this path: it is empty, or belongs to the system.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - name: train
    image: debian:12
    command: [./train.sh]
    files: [{path: /osmo/train.sh, contents: "echo hi"}]
)"},
     "Take an absolute path outside `/osmo`, or one below `/osmo/data/output/`."},
    {Code::kDuplicateFile,
     "two files at one path",
     "Two entries of `files` have one path.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - name: train
    image: debian:12
    command: [sh, /run.sh]
    files:
    - {path: /run.sh, contents: "echo one"}
    - {path: /run.sh, contents: "echo two"}
)"},
     "Remove or rename one of them."},
    {Code::kOpenToken,
     "token that is never filled in",
     "A warning: `{{...}}` looks like a token, but this place cannot fill it in; it would be handed to the program as "
     "it stands.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - {name: train, image: "debian:12", command: [./train.sh, "{{input:0}}"]}
)"},
     "Add the input that it counts on, or correct its number or name. `{{host:TASK}}` knows tasks of the same group "
     "only."},
    {Code::kBadCredential,
     "not a credential",
     "A credential is given as something else than a directory or a map of variables.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - name: train
    image: debian:12
    command: [./train.sh]
    credentials: {hub: [token]}
)"},
     "Write `hub: /secrets/hub` for files in that directory, or `hub: {HUB_TOKEN: token}` for a variable."},
    {Code::kBadCacheSize,
     "not a cache size",
     "A cache size is a quantity, or a share of the storage: `50%`.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - name: train
    image: debian:12
    command: [./train.sh]
    cacheSize: 120%
)"},
     "Write `0%` to `100%`, or a quantity such as `20Gi`."},
    {Code::kBadBase64,
     "not base64",
     "`base64: true` is set, and the contents are not base64.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - name: train
    image: debian:12
    command: [sh, /run.sh]
    files: [{path: /run.sh, contents: "echo hi", base64: true}]
)"},
     "Remove `base64`, or write what `base64 -w0 FILE` prints."},
    {Code::kLocalFile,
     "local file cannot be read",
     "A local file that the workflow brings along cannot be read.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - name: train
    image: debian:12
    command: [python3, /train.py]
    files: [{path: /train.py, localpath: train.py}]
)"},
     "The path begins where the workflow file lies. Put the file there, or write its path from there."},
    {Code::kBadText,
     "text that no program can be given",
     "A text holds a zero byte, which is where texts end for programs, or a variable's name is empty or has a `=`.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - name: train
    image: debian:12
    command: [./train.sh]
    environment: {"MODE=": fast}
)"},
     "Correct the name. Contents with zero bytes go into `files` with `base64: true`."},
    {Code::kBadMatrix,
     "not a matrix",
     "An axis of `matrix` is a list of texts, numbers or switches; an item of `include` has a value for every axis, "
     "and `exclude` leaves something over.",
     {.file = R"(name: sweep
jobs:
- name: train
  verb: train
  config: train.yaml
  matrix: {lr: 1e-4}
)"},
     "Write the values in brackets, also if there is only one: `lr: [1e-4]`."},
    {Code::kUnknownAxis,
     "unknown axis of a matrix",
     "`{{ matrix.NAME }}`, or a key in `include` or `exclude`, names an axis that the matrix does not have.",
     {.file = R"(name: sweep
jobs:
- name: train
  verb: train
  config: train.yaml
  args: ["training.learning_rate={{ matrix.rate }}"]
  matrix: {lr: [1e-4, 1e-3]}
)"},
     "Write the name of an axis as it stands under `matrix`."},
    {Code::kOverlappingExitCodes,
     "exit code with two actions",
     "A warning: two `exitActions` name the same exit code. The one that stands first in the file counts.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - name: train
    image: debian:12
    command: [./train.sh]
    exitActions: {RESCHEDULE: "1-99", FAIL: "42"}
)"},
     "Leave the code to one of them: `\"1-41,43-99\"`."},
    {Code::kLooseImage,
     "image whose version is not fixed",
     "Advice of `sennit validate`: an image without a tag is its `latest`, and what that is changes. The workflow may "
     "do something else tomorrow, and two of its tasks may run two versions.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - {name: train, image: debian, command: [./train.sh]}
)"},
     "Name a version, `debian:12`, or a digest, `debian@sha256:...`."},
    {Code::kBadGpuPart,
     "not a part of a GPU",
     "A number with a fraction asks for a part of one GPU, so it lies between 0 and 1. In a jobs file, a whole number "
     "is "
     "the number of a device.",
     {.file = R"(name: digits
jobs:
- {name: train, verb: train, config: train.yaml, resources: {gpu: 1.5}}
)"},
     "Write `gpu: 0.5` for half of one. For several whole ones, a jobs file has `gpus: [0, 1]`, a tasks file `gpu: "
     "2`."},
    {Code::kGpuMemoryOfNone,
     "memory of no GPU",
     "`gpu_memory` says how much memory of each GPU is wanted, but the same entry says that there is none.",
     {.file = R"(workflow:
  name: digits
  resources:
    default: {gpu: 0, gpu_memory: 20Gi}
  tasks:
  - {name: train, image: "debian:12", command: [./train.sh]}
)"},
     "Leave `gpu` out, which makes it any one, or name a number of them."},
    {Code::kBadQuota,
     "quota that cannot be",
     "The most GPUs that a pool may use are fewer than those that are guaranteed to it.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - {name: train, image: "debian:12", command: [./train.sh]}
)",
      .config = R"(pools:
  local:
    resources:
      gpu: {guarantee: 4, maximum: 2}
)"},
     "Raise `maximum` to the guarantee at least, or leave it out (-1): then all devices of the pool may be used."},
    {Code::kUnknownCredential,
     "credential that is not stored",
     "A task names a credential that the server does not have, or a key that the stored one is without. Only the "
     "server knows: it checks what is submitted, `sennit validate` does not.",
     {.shell = "sennit run upload.yaml"},
     "`sennit credential list` shows what there is, and `sennit credential set NAME --payload-env KEY=VARIABLE` stores "
     "one. Setting it again replaces all of its keys."},
    {Code::kClosedStorage,
     "no credential for a storage",
     "A task reads from or writes to a storage that lets nobody in without keys, and none are stored for it. For "
     "`s3://` "
     "and `azure://` the surroundings of a task may give access, which shows when it starts. Only the server knows: it "
     "checks what is submitted, `sennit validate` does not.",
     {.shell = "sennit run upload.yaml"},
     "`sennit credential set NAME --type DATA --payload-env endpoint=... access_key_id=... access_key=...` stores keys "
     "for a bucket or an account; `endpoint` is the URL's beginning: `gs://bucket`."},
    {Code::kUnknownBucket,
     "unknown bucket of data sets",
     "The name of a data set begins with a bucket that the configuration does not have. Without one, the data set lies "
     "in the default bucket.",
     {.file = R"(workflow:
  name: digits
  tasks:
  - name: train
    image: "debian:12"
    command: [./train.sh]
    inputs:
    - dataset: {name: locla/digits}
)"},
     "Correct the name, or add the bucket to `datasets.buckets` of `config.yaml`, with the URL of its storage: "
     "`shared: s3://bucket/datasets`."},
});

}  // namespace

const Chapter kValuesChapter{"Values", "", kExplanations};

}  // namespace sennit::spec
