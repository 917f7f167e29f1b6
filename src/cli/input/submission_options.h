// The options of the commands that read a workflow file, and what becomes of them: a local check, a bundle to submit.
//
// Threads: the main thread. Ownership: plain values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/arguments/declaration.h"
#include "cli/input/workflow_file.h"
#include "model/resources.h"
#include "spec/load.h"
#include "views/views.h"

namespace sennit::cli {

struct SubmissionOptions {
  std::string file;
  std::vector<std::string> sets;
  std::vector<std::string> set_strings;
  std::vector<std::string> set_envs;
  std::optional<std::string> gpus;
  std::optional<std::uint64_t> max_parallel;
  std::string pool;
  std::optional<std::string> priority;
  std::vector<std::string> labels;
  std::optional<std::string> runtime;
  bool no_requeue = false;
  std::vector<std::string> config;  // --config key=value

  // FILE and the options that change what the file says: validate, render.
  Declaration declare_for_reading();
  // Those and the ones that change how it runs: run, submit.
  Declaration declare_for_running();

 private:
  Declaration declare(std::string_view pool_help);
};

// A file and everything around it that reading it depends on.
struct Submission {
  WorkflowFile file;
  std::string directory;  // where the user stands
  spec::LoadedConfig config;
  std::optional<GpuSet> gpus;
  std::optional<std::uint32_t> max_parallel;
  std::vector<std::pair<std::string, std::string>> config_flags;
  std::string pool;  // --pool; the name of a pool file's pool, which has been added to the configuration
  std::optional<std::string> pool_file;  // as the user named it
};

// Reads the file and the configuration that applies where the user stands.
// Fails: as read_workflow_file, and kInvalid for an option's value. Mistakes in config files are in `config`.
Result<Submission> open_submission(const SubmissionOptions& options);

// The mistakes that were found, and the local files that the workflow names.
struct Checked {
  spec::Loaded loaded;
  std::map<std::string, std::string> files;  // absolute path -> bytes
};
Checked check(const SubmissionOptions& options, const Submission& submission, spec::Advice advice,
              spec::Notes notes = spec::Notes::kNone);

// The file with its template filled in.
spec::Rendered render_template(const SubmissionOptions& options, const Submission& submission);

// Whether check() takes a moment only, so that it is worth doing before a server is asked (or started); or has to be
// done: because the file names local files, or because it is not UTF-8 and cannot be sent.
enum class LocalCheck : std::uint8_t { kDo, kLeaveToServer };
LocalCheck local_check_for(std::string_view text);

views::SubmitRequest bundle(const SubmissionOptions& options, const Submission& submission,
                            std::map<std::string, std::string> files);

// "0,1,3" or "0-3,6" as devices. kInvalid with what was expected.
Result<GpuSet> parse_gpu_list(std::string_view text);

}  // namespace sennit::cli
