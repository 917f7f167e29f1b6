#include "cli/input/submission_options.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "base/utf8.h"
#include "cli/input/recording_files.h"
#include "cli/session.h"
#include "spec/config/config.h"
#include "spec/config/pool_file.h"

namespace sennit::cli {
namespace {

// Parsing this much takes a few milliseconds.
constexpr std::size_t kCheapToCheck = 1 << 20;
constexpr std::uint64_t kMostPoolFile = 4 << 20;

Result<unsigned> parse_device(std::string_view text, std::string_view whole) {
  unsigned device = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), device);
  if (error != std::errc{} || end != text.data() + text.size() || device >= GpuSet::kMaxDevices) {
    return Error(ErrorCode::kInvalid,
                 fmt::format("--gpus cannot be '{}'; it is a list of device numbers below {}, as 0,1,3", whole,
                             GpuSet::kMaxDevices));
  }
  return device;
}

Result<std::vector<std::pair<std::string, std::string>>> split_config(const std::vector<std::string>& assignments) {
  std::vector<std::pair<std::string, std::string>> flags;
  for (const std::string& text : assignments) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Error(ErrorCode::kInvalid, fmt::format("--config wants KEY=VALUE, not '{}'", text));
    }
    flags.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return flags;
}

Result<void> check_assignments(const std::vector<std::string>& assignments, std::string_view option) {
  for (const std::string& text : assignments) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Error(ErrorCode::kInvalid, fmt::format("{} wants KEY=VALUE, not '{}'", option, text));
    }
  }
  return {};
}

spec::LoadOptions load_options(const SubmissionOptions& options, const Submission& submission,
                               const spec::FileAccess& files) {
  spec::LoadOptions load;
  load.file = submission.file.name;
  load.directory = submission.directory;
  load.file_directory = submission.file.directory;
  load.sets = options.sets;
  load.set_strings = options.set_strings;
  load.set_envs = options.set_envs;
  load.variable = variable;
  load.files = &files;
  load.pool = submission.pool;
  load.gpus = submission.gpus;
  load.max_parallel = submission.max_parallel;
  load.labels = options.labels;
  load.config = &submission.config.config;
  return load;
}

// A name stays as it is; a file is read, and its pool becomes one of the configuration.
Result<void> settle_pool(const std::string& pool, Submission& submission) {
  submission.pool = pool;
  if (!spec::is_pool_file(pool, submission.config.config)) return {};
  SENNIT_ASSIGN(const WorkflowFile file, read_workflow_file(pool, submission.directory, kMostPoolFile));
  spec::PoolFile read = spec::read_pool_file(file.name, file.text);
  submission.config.diagnostics.insert(submission.config.diagnostics.end(), read.diagnostics.begin(),
                                       read.diagnostics.end());
  if (!read.ok()) return {};
  submission.pool = read.name;
  submission.pool_file = pool;
  submission.config.config.pools[read.name] = std::move(read.pool);
  return {};
}

Result<void> settle_numbers(const SubmissionOptions& options, Submission& submission) {
  if (options.gpus) {
    SENNIT_ASSIGN(submission.gpus, parse_gpu_list(*options.gpus));
  }
  if (options.max_parallel) {
    if (*options.max_parallel > std::numeric_limits<std::uint32_t>::max()) {
      return Error(ErrorCode::kInvalid, "--max-parallel is too large");
    }
    submission.max_parallel = static_cast<std::uint32_t>(*options.max_parallel);
  }
  return {};
}

}  // namespace

Declaration SubmissionOptions::declare(std::string_view pool_help) {
  return {
      .positionals = {{.name = "FILE",
                       .help = "a workflow file; - is standard input",
                       .target = &file,
                       .completes = Completes::kFile}},
      .options = {
          {.names = "--set",
           .value = "KEY=VALUE",
           .help = "a value for the file's template: a number or a text",
           .target = &sets,
           .takes = Option::Takes::kAssignments},
          {.names = "--set-string",
           .value = "KEY=VALUE",
           .help = "the same, taken as text",
           .target = &set_strings,
           .takes = Option::Takes::kAssignments},
          {.names = "--set-env",
           .value = "NAME=VALUE",
           .help = "an environment variable for every task",
           .target = &set_envs,
           .takes = Option::Takes::kAssignments},
          {.names = "--gpus",
           .value = "LIST",
           .help = "the GPUs that the workflow may use: 0,1,2 or 0-3",
           .target = &gpus},
          {.names = "--max-parallel",
           .value = "N",
           .help = "at most so many tasks at once; 0 lifts the file's limit",
           .target = &max_parallel},
          {.names = "-p,--pool", .value = "NAME", .help = pool_help, .target = &pool, .completes = Completes::kPool},
          {.names = "--label",
           .value = "KEY=VALUE",
           .help = "a label of the workflow",
           .target = &labels,
           .takes = Option::Takes::kAssignments},
          {.names = "--config",
           .value = "KEY=VALUE",
           .help = "a setting of config.yaml, for this workflow",
           .target = &config,
           .takes = Option::Takes::kAssignments}}};
}

Declaration SubmissionOptions::declare_for_reading() {
  return declare("the pool to run in, or a file that describes it");
}

Declaration SubmissionOptions::declare_for_running() {
  Declaration declaration = declare("the pool to run in");
  declaration.options.push_back({.names = "--priority",
                                 .value = "LEVEL",
                                 .help = "HIGH, NORMAL or LOW; LOW may borrow beyond the pool's quota and be preempted",
                                 .target = &priority,
                                 .choices = {"HIGH", "NORMAL", "LOW"}});
  declaration.options.push_back({.names = "--no-requeue",
                                 .value = "",
                                 .help = "what is preempted fails, instead of waiting for its turn again",
                                 .target = &no_requeue});
  declaration.options.push_back({.names = "--runtime",
                                 .value = "KIND",
                                 .help = "where tasks run: auto, process, sandbox or container; else as the pool says",
                                 .target = &runtime,
                                 .choices = {"auto", "process", "sandbox", "container"}});
  return declaration;
}

Result<GpuSet> parse_gpu_list(std::string_view text) {
  GpuSet gpus;
  const std::string_view whole = text;
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view part = text.substr(0, comma);
    const std::size_t dash = part.find('-');
    SENNIT_ASSIGN(const unsigned first, parse_device(part.substr(0, dash), whole));
    unsigned last = first;
    if (dash != std::string_view::npos) {
      SENNIT_ASSIGN(last, parse_device(part.substr(dash + 1), whole));
    }
    if (last < first) return Error(ErrorCode::kInvalid, fmt::format("--gpus {}: {} counts down", whole, part));
    for (unsigned device = first; device <= last; ++device) gpus.add(device);
    if (comma == std::string_view::npos) return gpus;
    text.remove_prefix(comma + 1);
  }
}

Result<Submission> open_submission(const SubmissionOptions& options) {
  Submission submission;
  SENNIT_ASSIGN(submission.directory, current_directory());
  SENNIT_ASSIGN(submission.config_flags, split_config(options.config));
  SENNIT_TRY(check_assignments(options.sets, "--set"));
  SENNIT_TRY(check_assignments(options.set_strings, "--set-string"));
  SENNIT_TRY(check_assignments(options.set_envs, "--set-env"));
  SENNIT_TRY(check_assignments(options.labels, "--label"));
  SENNIT_TRY(settle_numbers(options, submission));
  spec::FoundConfig found = spec::find_config_files(submission.directory, variable);
  submission.config =
      spec::load_config({.files = std::move(found.files), .variable = variable, .flags = submission.config_flags});
  submission.config.diagnostics.insert(submission.config.diagnostics.begin(), found.diagnostics.begin(),
                                       found.diagnostics.end());
  SENNIT_ASSIGN(submission.file,
                read_workflow_file(options.file, submission.directory, submission.config.config.limits.file_bytes));
  SENNIT_TRY(settle_pool(options.pool, submission));
  return submission;
}

Checked check(const SubmissionOptions& options, const Submission& submission, spec::Advice advice, spec::Notes notes) {
  const spec::LocalFiles local;
  const RecordingFiles files(local);
  spec::LoadOptions load = load_options(options, submission, files);
  load.notes = notes;
  Checked checked;
  load.advice = advice;
  checked.loaded = spec::load(submission.file.text, load);
  checked.files = files.take();
  return checked;
}

spec::Rendered render_template(const SubmissionOptions& options, const Submission& submission) {
  const spec::LocalFiles local;
  return spec::render_file(submission.file.text, load_options(options, submission, local));
}

LocalCheck local_check_for(std::string_view text) {
  if (text.size() <= kCheapToCheck || text.find("localpath") != std::string_view::npos) return LocalCheck::kDo;
  return first_bad_utf8(text) != std::string_view::npos ? LocalCheck::kDo : LocalCheck::kLeaveToServer;
}

views::SubmitRequest bundle(const SubmissionOptions& options, const Submission& submission,
                            std::map<std::string, std::string> files) {
  views::SubmitRequest request;
  request.file = submission.file.name;
  request.text = submission.file.text;
  request.file_directory = submission.file.directory;
  request.files = std::move(files);
  request.set = options.sets;
  request.set_string = options.set_strings;
  request.set_env = options.set_envs;
  request.environment = environment();
  request.directory = submission.directory;
  if (submission.gpus) request.gpus = to_string(*submission.gpus);
  request.max_parallel = submission.max_parallel;
  request.pool = options.pool;
  request.priority = options.priority.value_or("");
  request.labels = options.labels;
  request.runtime = options.runtime.value_or("");
  request.requeue = !options.no_requeue;
  request.user = user_name();
  request.config = submission.config_flags;
  return request;
}

}  // namespace sennit::cli
