#include "api/submission.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "api/priority.h"
#include "api/replies.h"
#include "api/stored_request.h"
#include "spec/config/config.h"
#include "spec/file_access.h"
#include "spec/load.h"
#include "spec/prices.h"
#include "spec/suggest.h"

namespace sennit::api {
namespace {

// The bundle's files, and this host's for what the bundle does not hold. Keeps what was read.
class SubmittedFiles final : public spec::FileAccess {
 public:
  explicit SubmittedFiles(const std::map<std::string, std::string>& bundle) : bundle_(bundle) {}

  bool exists(std::string_view path) const override {
    return bundle_.contains(std::string(path)) || local_.exists(path);
  }

  Result<std::string> read(std::string_view path, std::uint64_t max_bytes) const override {
    const auto found = bundle_.find(std::string(path));
    if (found == bundle_.end()) {
      SENNIT_ASSIGN(std::string bytes, local_.read(path, max_bytes));
      return read_.insert_or_assign(std::string(path), std::move(bytes)).first->second;
    }
    if (found->second.size() > max_bytes) {
      return Error(ErrorCode::kExhausted, fmt::format("{} is larger than {} bytes", path, max_bytes));
    }
    return read_.insert_or_assign(found->first, found->second).first->second;
  }

  // What was read, by path.
  std::map<std::string, std::string> take() { return std::move(read_); }

 private:
  const std::map<std::string, std::string>& bundle_;
  spec::LocalFiles local_;
  mutable std::map<std::string, std::string> read_;  // reading is const for those who read
};

views::ErrorView invalid(std::string message) {
  return {.code = std::string(to_string(ErrorCode::kInvalid)), .message = std::move(message)};
}

views::ErrorView invalid(std::string message, const std::vector<spec::Diagnostic>& diagnostics, std::uint64_t more) {
  views::ErrorView view = invalid(std::move(message));
  view.diagnostics = views_of(diagnostics);
  view.more_diagnostics = more;
  return view;
}

// "0,1,3" as devices. An empty text is the empty set: no device at all.
std::optional<GpuSet> parse_gpus(std::string_view text) {
  GpuSet gpus;
  while (!text.empty()) {
    unsigned device = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), device);
    if (error != std::errc{} || device >= GpuSet::kMaxDevices) return std::nullopt;
    gpus.add(device);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.empty()) break;
    if (text.front() != ',' || text.size() == 1) return std::nullopt;
    text.remove_prefix(1);
  }
  return gpus;
}

// What of a request is not the file's business: flags and their syntax.
struct Flags {
  std::optional<GpuSet> gpus;
  Priority priority = Priority::kNormal;
  std::optional<Runtime> runtime;
};

std::variant<Flags, views::ErrorView> parse_flags(const views::SubmitRequest& request) {
  Flags flags;
  if (request.gpus) {
    flags.gpus = parse_gpus(*request.gpus);
    if (!flags.gpus) {
      return invalid(fmt::format("--gpus {}: a list of device numbers below {} was expected, such as 0,1,2",
                                 *request.gpus, GpuSet::kMaxDevices));
    }
  }
  const auto priority = request.priority.empty() ? Priority::kNormal : parse_priority(request.priority);
  if (!priority) return invalid(fmt::format("--priority {}: one of HIGH, NORMAL, LOW was expected", request.priority));
  flags.priority = *priority;
  if (!request.runtime.empty()) {
    flags.runtime = parse_runtime(request.runtime);
    if (!flags.runtime) {
      return invalid(
          fmt::format("--runtime {}: one of auto, process, sandbox, container was expected", request.runtime));
    }
  }
  return flags;
}

class ClientEnvironment {
 public:
  explicit ClientEnvironment(const EnvironmentList& list) {
    for (const auto& [name, value] : list) values_.emplace(name, value);  // the first one wins, as in getenv()
  }
  std::optional<std::string> operator()(std::string_view name) const {
    const auto found = values_.find(std::string(name));
    if (found == values_.end()) return std::nullopt;
    return found->second;
  }

 private:
  std::unordered_map<std::string, std::string> values_;
};

std::vector<spec::Diagnostic> errors_of(const std::vector<spec::Diagnostic>& all) {
  std::vector<spec::Diagnostic> errors;
  std::copy_if(all.begin(), all.end(), std::back_inserter(errors),
               [](const spec::Diagnostic& d) { return d.severity == spec::Severity::kError; });
  return errors;
}

std::variant<spec::Config, views::ErrorView> load_client_config(const views::SubmitRequest& request,
                                                                const ClientEnvironment& environment) {
  spec::FoundConfig found = spec::find_config_files(request.directory, environment);
  spec::LoadedConfig loaded =
      spec::load_config({.files = std::move(found.files), .variable = environment, .flags = request.config});
  std::vector<spec::Diagnostic> all = std::move(found.diagnostics);
  all.insert(all.end(), loaded.diagnostics.begin(), loaded.diagnostics.end());
  if (const auto errors = errors_of(all); !errors.empty()) {
    return invalid("the configuration has mistakes", errors, 0);
  }
  return std::move(loaded.config);
}

// Kept with the workflow, so that one that runs does not change when the configuration does. A job says itself how
// often it is tried again.
void add_retry_rules(Workflow& workflow, const spec::PoolConfig& pool, const spec::Limits& limits) {
  if (workflow.dialect != Dialect::kTasks) return;
  for (TaskPolicy& policy : workflow.policies) {
    policy.reschedule_limit = limits.max_retry_per_task;
    policy.exit_actions.insert(policy.exit_actions.end(), pool.default_exit_actions.begin(),
                               pool.default_exit_actions.end());
  }
}

std::string unknown_pool(const std::string& pool, const spec::Config& config) {
  spec::Nearest nearest(pool);
  std::vector<std::string_view> names;
  for (const auto& [name, settings] : config.pools) {
    nearest.consider(name);
    names.push_back(name);
  }
  if (!nearest.result().empty()) {
    return fmt::format("no pool '{}' is configured; did you mean '{}'?", pool, nearest.result());
  }
  return fmt::format("no pool '{}' is configured; there are: {}", pool, fmt::join(names, ", "));
}

PreparedSubmission assemble(const views::SubmitRequest& request, const Flags& flags, spec::Loaded loaded,
                            std::string pool, const spec::Config& config) {
  PreparedSubmission prepared;
  prepared.prices = spec::prices_for(loaded, config.pools.find(pool)->second);
  Workflow workflow = *std::move(loaded.workflow);
  add_retry_rules(workflow, config.pools.find(pool)->second, config.limits);
  prepared.encoded = encode(workflow);
  prepared.workflow = std::make_shared<const Workflow>(std::move(workflow));
  prepared.rendered = loaded.rendered.value_or("");
  prepared.tui = loaded.tui;
  prepared.context.environment = request.environment;
  prepared.context.directory = request.directory;
  prepared.context.runtime = flags.runtime.value_or(config.pools.find(pool)->second.runtime);
  prepared.priority = flags.priority;
  prepared.pool = std::move(pool);
  prepared.warnings = std::move(loaded.diagnostics);
  return prepared;
}

}  // namespace

Preparation prepare(const views::SubmitRequest& request, const CredentialKeys& credentials,
                    const StorageProfiles* storages) {
  auto parsed = parse_flags(request);
  if (auto* error = std::get_if<views::ErrorView>(&parsed)) return std::move(*error);
  const Flags& flags = std::get<Flags>(parsed);

  const ClientEnvironment environment(request.environment);
  auto configured = load_client_config(request, environment);
  if (auto* error = std::get_if<views::ErrorView>(&configured)) return std::move(*error);
  const spec::Config& config = std::get<spec::Config>(configured);

  std::string pool = request.pool.empty() ? config.default_pool : request.pool;
  if (!config.pools.contains(pool)) {
    return invalid(unknown_pool(pool, config));
  }
  SubmittedFiles files(request.files);
  spec::Loaded loaded = spec::load(request.text, {.file = request.file,
                                                  .directory = request.directory,
                                                  .file_directory = request.file_directory,
                                                  .sets = request.set,
                                                  .set_strings = request.set_string,
                                                  .set_envs = request.set_env,
                                                  .variable = environment,
                                                  .labels = request.labels,
                                                  .files = &files,
                                                  .pool = pool,
                                                  .gpus = flags.gpus,
                                                  .max_parallel = request.max_parallel,
                                                  .config = &config,
                                                  .credentials = &credentials,
                                                  .storages = storages});
  if (!loaded.ok()) {
    return invalid(fmt::format("{} is not a valid workflow", request.file), loaded.diagnostics, loaded.more);
  }
  PreparedSubmission prepared = assemble(request, flags, std::move(loaded), std::move(pool), config);
  prepared.files = files.take();
  prepared.request = encode_request(request, prepared.files, Extent::kWhole);
  return prepared;
}

}  // namespace sennit::api
