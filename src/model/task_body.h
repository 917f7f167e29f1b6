// What a task runs: read when an attempt starts and when somebody asks to see it, never by the scheduler.
//
// Bodies lie encoded (base/fields.h) in one blob per workflow, so a million tasks cost their text and little more; the
// server passes a body on to the runner without decoding it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/ids.h"

namespace sennit {

using EnvironmentList = std::vector<std::pair<std::string, std::string>>;

// A file that appears at `path` before the command starts.
struct FileSpec {
  std::string path;
  std::string contents;  // decoded already where the source said base64
  bool raw = false;      // was base64: tokens in it are bytes like others
  friend bool operator==(const FileSpec&, const FileSpec&) = default;
};

struct InputSpec {
  enum class Kind : std::uint8_t { kTask = 0, kUrl = 1, kDataset = 2 };
  Kind kind = Kind::kTask;
  std::string source;       // a task name, or "<workflow id>:<task>" of an earlier workflow; a URL; a dataset's name
  TaskIndex task;           // kTask of this workflow
  bool from_other = false;  // kTask of an earlier workflow: `source` says which
  std::string regex;
  // from_other: that task's output directory relative to all workflows' runs ("train-1/fit/0/output"), found at
  // submission; "": not known yet.
  std::string other_dir;
  friend bool operator==(const InputSpec&, const InputSpec&) = default;
};

struct OutputSpec {
  enum class Kind : std::uint8_t { kUrl = 0, kDataset = 1, kUpdateDataset = 2 };
  Kind kind = Kind::kUrl;
  std::string target;
  std::string path;
  std::string regex;
  // Of datasets: "src[:dst]" below the output directory and in the dataset, and files with what there is to know of it.
  std::vector<std::string> paths;
  std::vector<std::string> metadata;
  std::vector<std::string> labels;
  friend bool operator==(const OutputSpec&, const OutputSpec&) = default;
};

struct CheckpointSpec {
  std::string path;
  std::string url;
  std::int64_t frequency_us = 0;
  std::string regex;
  friend bool operator==(const CheckpointSpec&, const CheckpointSpec&) = default;
};

struct CredentialUse {
  std::string credential;
  std::string mount_dir;                                 // files below this directory ...
  std::vector<std::pair<std::string, std::string>> env;  // ... or variable -> key
  friend bool operator==(const CredentialUse&, const CredentialUse&) = default;
};

struct KpiSpec {
  std::string index;
  std::string path;
  friend bool operator==(const KpiSpec&, const KpiSpec&) = default;
};

struct TaskBody {
  std::string image;
  std::vector<std::string> command;  // tokens such as {{output}} are still in place
  std::vector<std::string> args;
  EnvironmentList environment;  // in file order; later wins over the inherited environment
  std::vector<FileSpec> files;
  std::vector<InputSpec> inputs;
  std::vector<OutputSpec> outputs;
  std::vector<CheckpointSpec> checkpoints;
  std::vector<CredentialUse> credentials;
  std::vector<KpiSpec> kpis;
  std::vector<std::string> volume_mounts;    // of the host: "source", "source:path"
  std::vector<std::string> platform_mounts;  // likewise, of its platform: only where it has a view of its own
  bool privileged = false;
  bool terminal = false;  // its command has one of its own (`tty: true`)
  bool host_network = false;
  std::string workdir;  // "": where the submitting client stood; relative: to there
  std::string job_dir;  // jobs with an output_dir: <output_dir>/<job>, made at start, gets job.log; "": none
  std::string verb;     // jobs: as the user wrote it
  std::string config;   // jobs: as the user wrote it
  std::string cache_size;
  std::string download_type;
  std::vector<std::string> nodes_excluded;

  friend bool operator==(const TaskBody&, const TaskBody&) = default;
};

void encode(const TaskBody& body, std::string& out);
// kCorrupt if the bytes are not a body.
Result<TaskBody> decode_task_body(std::string_view bytes);
// Whether something is to be brought in or sent out for the body: outputs, checkpoints, KPIs, or inputs that are more
// than another task's whole output. Without decoding the rest of it.
bool has_transfers(std::string_view bytes);
// Whether the body names inputs, without decoding the rest of it.
bool has_inputs(std::string_view bytes);
// The image of the body, likewise; a part of `bytes`; "": none.
std::string_view image_of(std::string_view bytes);

}  // namespace sennit
