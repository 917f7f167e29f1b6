// `sennit serve`: one loop with the engine, the API and the connection to this host's agent.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <memory>

#include "api/hooks/courier.h"
#include "api/service.h"
#include "base/clock.h"
#include "base/version.h"
#include "catalog/credentials.h"
#include "client/readiness.h"
#include "client/server_launch.h"
#include "engine/engine.h"
#include "http/server.h"
#include "loop/signals.h"
#include "loop/timer.h"
#include "loop/worker_pool.h"
#include "main/dataset_places.h"
#include "main/host_policy.h"
#include "main/idle_watch.h"
#include "main/log_rotation.h"
#include "main/pool_settings.h"
#include "main/programs.h"
#include "main/surroundings.h"
#include "proc/prompt.h"
#include "proc/spawner.h"
#include "runner/agent/agent_runner.h"
#include "spec/config/config.h"
#include "spec/credential_use.h"
#include "store/secret_key.h"
#include "store/sqlite_store.h"
#include "store/state_dir.h"

namespace sennit::main {
namespace {

constexpr HostId kThisHost{1};
constexpr Micros kStopGrace = std::chrono::seconds(2);

std::string host_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "localhost";
}

// The agent's runner as who says that logs grow.
class AgentChannels final : public api::ChannelOpener {
 public:
  explicit AgentChannels(runner::AgentRunner& runner) : runner_(runner) {}
  Result<std::unique_ptr<wire::Connection>> open_channel(const AttemptId& attempt,
                                                         wire::Connection::Handler& handler) override {
    return runner_.open_channel(attempt, handler);
  }

 private:
  runner::AgentRunner& runner_;
};

class AgentGrowth final : public api::LogGrowth {
 public:
  explicit AgentGrowth(runner::AgentRunner& runner) : runner_(runner) {}
  void follow(const AttemptId& attempt) override { runner_.follow(attempt); }
  void unfollow(const AttemptId& attempt) override { runner_.unfollow(attempt); }
  void hold(const AttemptId& attempt) override { runner_.hold(attempt); }
  void unhold(const AttemptId& attempt) override { runner_.unhold(attempt); }

 private:
  runner::AgentRunner& runner_;
};

std::map<std::string, api::TimeoutCaps> timeout_caps(const spec::Config& config) {
  std::map<std::string, api::TimeoutCaps> caps;
  for (const auto& [name, pool] : config.pools) caps[name] = {pool.max_exec_timeout, pool.max_queue_timeout};
  return caps;
}

store::Retention retention_of(const spec::RetentionConfig& config) {
  store::Retention rule{.size_spares = config.size_spares};
  if (config.finished.count() > 0) rule.max_age = config.finished;
  if (config.workflows > 0) rule.max_count = config.workflows;
  if (config.size > 0) rule.max_bytes = config.size;
  return rule;
}

// Ours. `sennit` is found in it wherever it lies.
EnvironmentList hook_environment() {
  EnvironmentList environment = own_environment();
  const std::string program = client::own_executable();
  const auto path = std::ranges::find(environment, "PATH", &std::pair<std::string, std::string>::first);
  if (path != environment.end()) path->second += ":" + program.substr(0, program.rfind('/'));
  return environment;
}

// Owns every part in the order in which they need each other.
class Server {
 public:
  // `reload` reads the configuration again.
  Server(const store::StateDir& state, const spec::Config& config, std::function<spec::Config()> reload,
         loop::Loop& loop, std::unique_ptr<store::Store> store, proc::Spawner& spawner, const rlimit& files)
      : layout_(state.layout()),
        pools_(pool_settings(config)),
        datasets_(config.datasets),
        reload_(std::move(reload)),
        files_(files),
        loop_(loop),
        store_(std::move(store)),
        workers_(loop_, 1),
        step_(loop_, [this] { step(); }),
        deadline_(loop_),
        credentials_(store_->credentials(), ""),
        engine_(*store_, clock_, engine_options(state, config)),
        policy_(engine_, config),
        runner_(loop_, runner_options(state), policy_),
        growth_(runner_),
        channels_(runner_),
        hooks_(loop_, engine_, *store_, credentials_, spawner, courier_options()),
        keeper_(loop_, *store_, engine_, keeper_options(config.retention)),
        service_(loop_, workers_, engine_, *store_, credentials_, growth_, channels_, keeper_, service_options(config)),
        idle_(
            loop_, config.server.idle_timeout, [this] { return is_busy(); }, [this] { stop("idle"); }) {
    set_hooks(config.hooks);
  }

  ~Server() { engine_.detach(kThisHost); }

  // Everything up to listening. After it, requests are answered once the loop runs.
  Result<void> open() {
    SENNIT_ASSIGN(const engine::Recovered recovered, engine_.recover());
    clock_.not_before(recovered.latest);
    for (const std::string& workflow : recovered.quarantined) log_line(Level::kError, "quarantined " + workflow);
    log_line(Level::kInfo, fmt::format("sennit {} serves {} (pid {}): {} unfinished workflows, {} events replayed",
                                       kVersion, layout_.root, ::getpid(), recovered.workflows, recovered.events));
    SENNIT_ASSIGN(signals_, loop::Signals::open(loop_, {SIGINT, SIGTERM}, [this](int) { stop("asked by a signal"); }));
    SENNIT_ASSIGN(http_, http::Server::open(loop_, layout_.server_socket, service_));
    hooks_.on_quiet([this] { hooks_are_quiet(); });
    SENNIT_TRY(hooks_.open());
    engine_.post(pools_);
    engine_.attach(kThisHost, runner_);
    runner_.on_grew([this](const AttemptId& attempt, std::uint64_t) { service_.parts().logs.grew(attempt); });
    runner_.on_transferring(
        [this](const TransferReport& report) { service_.parts().boards.transfers.put(report, engine_.now()); });
    runner_.on_packed([this](WorkflowKey workflow) { keeper_.measure_again(workflow); });
    runner_.on_measures([this](ProgressReport report) { service_.parts().boards.measures.put(std::move(report)); },
                        [this](UsageReport report) { service_.parts().boards.measures.put(std::move(report)); });
    service_.on_quiet([this] { idle_.look(); });
    runner_.open();
    SENNIT_TRY(keeper_.open());
    step_.request();
    idle_.look();
    return {};
  }

 private:
  engine::EngineOptions engine_options(const store::StateDir& state, const spec::Config& config) {
    engine::EngineOptions options;
    options.instance = state.instance();
    options.runs_dir = layout_.runs;
    options.stop_grace = config.server.stop_grace;
    options.enforce_limits = config.server.enforce_limits == spec::EnforceLimits::kAuto;
    options.max_processes = config.server.max_processes;
    options.start_timeout = config.server.start_timeout;
    options.credentials = [this](const auto& uses) { return credentials_.values_for(uses); };
    options.storage_access = [this](const TaskBody& body, const std::string& workflow_id) -> Result<StorageAccess> {
      std::vector<std::string> urls = spec::urls_of(body, workflow_id);
      StorageAccess access;
      SENNIT_ASSIGN(access.datasets, dataset_places(datasets_, body, variable));
      for (const auto& [bucket, url] : access.datasets) urls.push_back(url);
      SENNIT_ASSIGN(access.keys, credentials_.keys_for(urls));
      return access;
    };
    options.notices = [this](std::span<const Event> events, const core::State& core) {
      return hooks_.notices(events, core);
    };
    options.registry = [this](const std::string& image) { return registry_of(image); };
    options.wake = [this] { step_.request(); };
    return options;
  }

  // Where none can be had the image is pulled without: its registry says what it thinks of that.
  std::vector<GivenCredential> registry_of(const std::string& image) const {
    std::vector<GivenCredential> given;
    const std::optional<spec::ImageReference> reference = spec::parse_image(image);
    if (!reference) return given;
    Result<std::vector<Credential>> found = credentials_.for_image(*reference);
    if (!found) {
      log_line(Level::kWarning, fmt::format("credentials for {}: {}", image, found.error().message()));
      return given;
    }
    for (Credential& one : *found) given.push_back({.type = one.type, .payload = std::move(one.payload)});
    return given;
  }

  runner::AgentRunnerOptions runner_options(const store::StateDir& state) {
    return {.host = kThisHost,
            .instance = state.instance(),
            .version = std::string(kVersion),
            .socket = layout_.agent_socket,
            .lock = layout_.agent_lock,
            .start_agent = [this] { return start_self("agent", layout_.agent_log, files_); },
            .on_trouble = [](const Error& error) { log_line(Level::kWarning, error.message()); }};
  }

  api::ServiceOptions service_options(const spec::Config& config) {
    return {.server = {.pid = ::getpid(),
                       .version = std::string(kVersion),
                       .socket = layout_.server_socket,
                       .state_dir = layout_.root,
                       .started_at = loop_.clock().now(),
                       .host = host_name()},
            .runs_dir = layout_.runs,
            .stop = [this](api::StopWhen when) { stop_when(when); },
            .refresh = [this] { refresh_pools(); },
            .agent_connected = [this] { return runner_.agent_pid() != 0; },
            .allowed_tags = config.tags,
            .timeout_caps = timeout_caps(config),
            .flags = {.gpu_idle = config.server.gpu_idle_after},
            .hooks = &hooks_};
  }

  api::CourierOptions courier_options() const {
    return {.runs_dir = layout_.runs,
            .surroundings = {.environment = hook_environment(), .directory = layout_.root},
            .trouble = [](const Error& error) { log_line(Level::kWarning, error.message()); }};
  }

  void set_hooks(const spec::HooksConfig& config) {
    hooks_.set_hooks(config);
    for (const spec::HookConfig& hook : hooks_.hooks()) {
      const std::string obstacle = hooks_.obstacle(hook);
      if (!obstacle.empty()) log_line(Level::kWarning, fmt::format("hook {}: {}", hook.name, obstacle));
    }
  }

  void hooks_are_quiet() {
    if (stop_when_idle_ && !is_working()) return stop("idle, as asked");
    idle_.look();
  }

  api::KeeperOptions keeper_options(const spec::RetentionConfig& config) {
    return {.rule = retention_of(config), .runs_dir = layout_.runs, .trouble = [](const Error& error) {
              log_line(Level::kWarning, error.message());
            }};
  }

  // A changed file counts from the request on that is being answered: what it asks for may be ready in this very turn,
  // before the step at its end.
  void refresh_pools() {
    if (!config_files_.changed()) return;
    log_line(Level::kInfo, "the configuration has changed: pools, retention and hooks are read again");
    const spec::Config config = reload_();
    keeper_.set_rule(retention_of(config.retention));
    datasets_ = config.datasets;
    set_hooks(config.hooks);
    engine_.post(pool_settings(config));
    if (engine_.step()) step_.request();
  }

  // Runs at the end of a turn in which something was posted: one commit for all of it.
  void step() {
    if (engine_.state().workflows.empty()) clock_.anchor();
    if (engine_.step()) step_.request();
    if (const auto due = engine_.next_deadline()) {
      deadline_.arm_after(std::max(Micros::zero(), *due - clock_.now()), [this] { step_.request(); });
    } else {
      deadline_.cancel();
    }
    if (is_working()) return;
    if (stop_when_idle_) return stop("idle, as asked");
    idle_.look();
  }

  // Nobody has to ask for it to go on.
  bool is_working() const { return !engine_.idle() || hooks_.busy(); }

  bool is_busy() const {
    return is_working() || service_.submissions() > 0 || (http_ != nullptr && http_->active_requests() > 0);
  }

  void stop_when(api::StopWhen when) {
    if (when == api::StopWhen::kNow || !is_working()) return stop("asked by a client");
    stop_when_idle_ = true;
  }

  void stop(std::string_view why) {
    if (stopping_) return;
    stopping_ = true;
    log_line(Level::kInfo, fmt::format("stopping: {}", why));
    service_.parts().channels.close_all();
    runner_.leave();
    http_->stop(kStopGrace, [this] { loop_.stop(); });
  }

  store::StateLayout layout_;
  const fact::PoolsConfigured pools_;  // as it starts
  spec::DatasetsConfig datasets_;
  std::function<spec::Config()> reload_;
  FileWatch config_files_{spec::shared_config_paths(variable)};
  const rlimit files_;  // what we were started with: for the agent
  loop::Loop& loop_;
  std::unique_ptr<store::Store> store_;
  loop::WorkerPool workers_;
  loop::TurnEnd step_;
  loop::Timer deadline_;
  AnchoredClock clock_{loop_.clock()};
  catalog::Credentials credentials_;
  engine::Engine engine_;
  HostPolicy policy_;
  runner::AgentRunner runner_;
  AgentGrowth growth_;
  AgentChannels channels_;
  api::HookCourier hooks_;
  api::Keeper keeper_;
  api::Service service_;
  IdleWatch idle_;
  std::unique_ptr<http::Server> http_;
  std::optional<loop::Signals> signals_;
  bool stopping_ = false;
  bool stop_when_idle_ = false;
};

spec::Config load_config(const cli::ServeOptions& options) {
  // The server serves every project of its user: a project's file applies to that project's submissions only.
  spec::FoundConfig found = spec::find_config_files("/", variable);
  spec::LoadedConfig loaded =
      spec::load_config({.files = std::move(found.files), .variable = variable, .flags = options.config});
  for (const spec::Diagnostic& diagnostic : loaded.diagnostics) {
    log_line(Level::kWarning, spec::one_line(diagnostic));
  }
  return std::move(loaded.config);
}

struct Announcer {
  std::optional<int> fd;
  void say(const client::Readiness& readiness) {
    if (fd) client::announce(*fd, readiness);
    fd.reset();
  }
};

Result<void> serve_state(const store::StateDir& state, const cli::ServeOptions& options, Announcer& announcer) {
  const store::StateLayout& layout = state.layout();
  rotate_log(layout.server_log);
  const auto reload = [&options] { return load_config(options); };
  const spec::Config config = reload();
  SENNIT_ASSIGN(const store::SecretKey key, store::SecretKey::load_or_create(layout.key));
  loop::Loop loop;
  const auto trouble = [](Error error) { log_line(Level::kError, error.message()); };
  SENNIT_ASSIGN(auto store,
                store::open_sqlite_store({.path = layout.store,
                                          .key = key,
                                          .post = [&loop](std::function<void()> f) { loop.post(std::move(f)); },
                                          .on_trouble = trouble}));
  // Ours is raised: connections, logs that are read. The agent, its tasks and hooks get what we were started with.
  const rlimit files = proc::raise_file_limit();
  SENNIT_ASSIGN(proc::Spawner spawner, proc::Spawner::open(files));
  Server server(state, config, reload, loop, std::move(store), spawner, files);
  SENNIT_TRY(server.open());
  announcer.say({.kind = client::Readiness::Kind::kReady});
  loop.run();
  return {};
}

int fail(const Error& error, Announcer& announcer) {
  log_line(Level::kError, error.message());
  announcer.say({.kind = client::Readiness::Kind::kError, .error = error.message()});
  return 10;
}

}  // namespace

int serve(const cli::ServeOptions& options) {
  Announcer announcer{options.ready_fd};
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGHUP, SIG_IGN);
  proc::ask_for_short_turns();
  const Result<store::StateDir> state = open_state_dir();
  if (!state) return fail(state.error(), announcer);
  const Result<store::StateLock> lock = state->lock_server();
  if (!lock && lock.error().code() == ErrorCode::kConflict && announcer.fd) {
    announcer.say({.kind = client::Readiness::Kind::kTaken});
    return 0;
  }
  if (!lock) return fail(lock.error(), announcer);
  if (const Result<void> served = serve_state(*state, options, announcer); !served) {
    return fail(served.error(), announcer);
  }
  return 0;
}

}  // namespace sennit::main
