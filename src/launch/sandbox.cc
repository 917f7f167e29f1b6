#include "launch/sandbox.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "launch/attempt_tokens.h"
#include "launch/body_tokens.h"
#include "launch/container_tokens.h"
#include "launch/credential_variables.h"
#include "launch/host_mounts.h"
#include "launch/normal_path.h"
#include "launch/output_files.h"
#include "launch/peer_names.h"
#include "launch/sandbox_view.h"
#include "launch/variables.h"
#include "logs/run_layout.h"

namespace sennit::launch {
namespace {

constexpr std::string_view kPrograms = "/osmo/usr/bin";
constexpr std::string_view kSocket = "/osmo/data/socket";

std::string read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

// What is put into one attempt's sandbox, in the order in which it is built.
class Building {
 public:
  Building(const WorkflowContext& context, const StartOrder& order, const TaskBody& body)
      : context_(context),
        order_(order),
        body_(body),
        layout_(logs::run_layout(context.runs_dir, order.task, order.attempt.number)) {}

  const logs::RunLayout& layout() const { return layout_; }

  Result<void> make_directories_of_its_own() const;
  Result<void> collect();
  Result<void> fill(SandboxView& view, const std::vector<std::string>& writable) const;

 private:
  Result<void> take_file(const std::string& path, std::string bytes, unsigned mode);
  void take_peers();

  const WorkflowContext& context_;
  const StartOrder& order_;
  const TaskBody& body_;
  logs::RunLayout layout_;
  std::vector<PlacedFile> files_;
  std::vector<HostMount> mounts_;
};

Result<void> Building::make_directories_of_its_own() const {
  SENNIT_TRY(make_own_directory(layout_.output));
  // What an earlier command of the attempt left in it is not for this one.
  std::error_code error;
  std::filesystem::remove_all(layout_.tmp, error);
  SENNIT_TRY(make_own_directory(layout_.tmp));
  if (::chmod(layout_.tmp.c_str(), 01777) != 0) return Error::from_errno("open up " + layout_.tmp, errno);
  return {};
}

Result<void> Building::take_file(const std::string& path, std::string bytes, unsigned mode) {
  constexpr std::string_view kOwn = "/osmo/";
  SENNIT_ASSIGN(std::string normal, normal_path(path, "files"));
  const std::string below = std::string(kContainerOutput) + "/";
  if (normal.starts_with(below)) return write_below(layout_.output, normal.substr(below.size()), bytes, mode);
  if (normal.starts_with(kOwn)) {
    return Error(
        ErrorCode::kInvalid,
        fmt::format("files: {}: no file can be put there; it is to lie outside /osmo, or below {}", path, below));
  }
  files_.push_back({.path = SandboxView::resolved(normal), .bytes = std::move(bytes), .mode = mode});
  return {};
}

void Building::take_peers() {
  if (order_.hosts.empty()) return;
  files_.push_back(
      {.path = SandboxView::resolved("/etc/hosts"), .bytes = hosts_file(order_.hosts, read_file("/etc/hosts"))});
  const std::string lookup = read_file("/etc/nsswitch.conf");
  if (lookup.empty()) return;
  files_.push_back({.path = SandboxView::resolved("/etc/nsswitch.conf"), .bytes = nsswitch_file(lookup)});
}

Result<void> Building::collect() {
  take_peers();
  for (const FileSpec& file : body_.files) SENNIT_TRY(take_file(file.path, file.contents, mode_of(file.contents)));
  SENNIT_ASSIGN(std::vector<PlacedFile> secrets, credential_files(body_.credentials, order_.credentials));
  for (PlacedFile& file : secrets) {
    SENNIT_ASSIGN(const std::string path, normal_path(file.path, "credentials"));
    file.path = SandboxView::resolved(path);
    files_.push_back(std::move(file));
  }
  SENNIT_ASSIGN(mounts_, host_mounts(body_));
  for (HostMount& mount : mounts_) mount.path = SandboxView::resolved(mount.path);
  return {};
}

Result<void> Building::fill(SandboxView& view, const std::vector<std::string>& writable) const {
  std::vector<std::string> made;
  for (const PlacedFile& file : files_) made.push_back(file.path);
  for (const HostMount& mount : mounts_) made.push_back(mount.path);
  SENNIT_TRY(view.show_host());
  view.use_tmp(layout_.tmp);
  for (const std::string& directory : writable) view.keep_writable(directory);
  SENNIT_TRY(view.open_for(made));
  view.make(std::string(kContainerInput));
  view.make(std::string(kSocket));
  for (std::size_t i = 0; i < body_.inputs.size(); ++i) {
    SENNIT_ASSIGN(const std::string directory, input_directory(context_, order_, i));
    view.bind(directory, fmt::format("{}/{}", kContainerInput, i), Access::kRead);
  }
  view.bind(layout_.output, std::string(kContainerOutput), Access::kWrite);
  // It answers before /etc/hosts is asked, and for the host.
  if (!order_.hosts.empty() && ::access("/run/nscd/socket", F_OK) == 0) view.hide("/run/nscd");
  for (const HostMount& mount : mounts_) view.bind(mount.source, mount.path, Access::kWrite);
  for (const PlacedFile& file : files_) SENNIT_TRY(view.place(file));
  return {};
}

// The command that sennit-user gets, behind bubblewrap's own words.
std::vector<std::string> words_of(std::vector<std::string> words, const TaskBody& body, const std::string& directory,
                                  int report) {
  words.insert(words.end(), {"--", std::string(kInsidePath), "inside", std::to_string(report), "", directory});
  if (body.terminal) {
    const std::vector<std::string> terminal = terminal_words(std::string(kInsidePath));
    words.insert(words.end(), terminal.begin(), terminal.end());
  }
  words.insert(words.end(), body.command.begin(), body.command.end());
  words.insert(words.end(), body.args.begin(), body.args.end());
  return words;
}

Result<SandboxEnds> open_ends(UniqueFd& report) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return Error::from_errno("make a socket", errno);
  report.reset(ends[1]);
  SandboxEnds sandbox{.report = UniqueFd(ends[0])};
  ::fcntl(sandbox.report.get(), F_SETFL, O_NONBLOCK);
  sandbox.trouble.reset(::memfd_create("sennit-sandbox", MFD_CLOEXEC));
  if (!sandbox.trouble) return Error::from_errno("make a file in memory", errno);
  return sandbox;
}

// The variables that differ from those of a process.
void add_places(const WorkflowWorld& world, EnvironmentList& variables) {
  const auto of_task = [&](std::string_view name) {
    return std::ranges::find(variables, name, &EnvironmentList::value_type::first);
  };
  const char* inherited = world.environment().find("PATH");
  const auto own = of_task("PATH");
  if (own != variables.end()) {
    own->second.append(":").append(kPrograms);
  } else {
    variables.emplace_back("PATH", fmt::format("{}:{}", inherited != nullptr ? inherited : "/usr/bin:/bin", kPrograms));
  }
  // The host's is hidden.
  if (of_task("TMPDIR") == variables.end() && world.environment().find("TMPDIR") != nullptr) {
    variables.emplace_back("TMPDIR", "/tmp");
  }
}

}  // namespace

Result<PreparedProcess> prepare_sandbox(const WorkflowWorld& world, const StartOrder& order, TaskBody body,
                                        SandboxTools& tools) {
  SENNIT_ASSIGN(const SandboxKind kind, tools.kind());
  const WorkflowContext& context = world.context();
  const std::vector<InputSpec> inputs = body.inputs;
  const Peers peers = names_of(order.hosts);
  SENNIT_ASSIGN(body, replace_tokens(std::move(body), ContainerTokens(context.id, inputs, peers)));
  Building building(context, order, body);
  SENNIT_TRY(building.make_directories_of_its_own());
  SENNIT_TRY(building.collect());

  std::vector<std::string> writable{context.directory};
  if (const char* home = world.environment().find("HOME"); home != nullptr && *home == '/') writable.emplace_back(home);
  std::string job_log;
  if (!body.job_dir.empty()) {
    const std::string job_dir = absolute(body.job_dir, context.directory);
    SENNIT_TRY(make_directories(job_dir, 0777));
    writable.push_back(job_dir);
    job_log = job_dir + "/job.log";
  }
  if (!world.progress().empty()) writable.push_back(world.progress());
  SandboxView view(kind);
  SENNIT_TRY(building.fill(view, writable));

  EnvironmentList variables = std::move(body.environment);
  SENNIT_ASSIGN(const EnvironmentList secrets, credential_variables(body.credentials, order.credentials));
  variables.insert(variables.end(), secrets.begin(), secrets.end());
  add_places(world, variables);
  OwnVariables own;
  SENNIT_TRY(collect_variables(world, order, std::move(variables), own));
  UniqueFd report;
  SENNIT_ASSIGN(SandboxEnds ends, open_ends(report));
  ends.scratch = building.layout().tmp;
  std::vector<UniqueFd> kept = view.take_files();
  std::vector<std::string> words = std::move(view).take_arguments();
  const std::string directory = absolute(body.workdir, context.directory);
  const std::size_t before = words.size();
  words = words_of(std::move(words), body, directory, report.get());
  ends.error_argument = before + 4;
  kept.push_back(std::move(report));
  return PreparedProcess{.program = kind.bwrap,
                         .arguments = std::move(words),
                         .environment = proc::EnvironmentBlock(world.environment(), own.list),
                         .directory = "/",
                         .job_log = std::move(job_log),
                         .verb = body.verb,
                         .kept = std::move(kept),
                         .sandbox = std::move(ends)};
}

}  // namespace sennit::launch
