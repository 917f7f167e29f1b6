#include "launch/container.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "base/unique_fd.h"
#include "base/write_all.h"
#include "launch/attempt_tokens.h"
#include "launch/container_tokens.h"
#include "launch/credential_variables.h"
#include "launch/host_mounts.h"
#include "launch/normal_path.h"
#include "launch/output_files.h"
#include "launch/peer_names.h"
#include "logs/run_layout.h"

namespace sennit::launch {
namespace {

constexpr std::string_view kPrograms = "/osmo/usr/bin";
constexpr std::string_view kSocket = "/osmo/data/socket";
// What programs that share GPUs between processes take for granted; 64 MiB is what engines give.
constexpr Bytes kSharedMemory = gibibytes(8);

bool is_root(const std::string& user) {
  const std::string name = user.substr(0, user.find(':'));
  return name.empty() || name == "0" || name == "root";
}

std::vector<std::pair<std::string, std::string>> labels_of(const WorkflowContext& context, const StartOrder& order) {
  return {{std::string(kInstanceLabel), instance_label(order.attempt.instance)},
          {std::string(kAttemptLabel), to_string(order.attempt)},
          {"sennit.workflow", context.id},
          {"sennit.task", order.task}};
}

Result<void> open_up(const std::string& path, mode_t mode) {
  if (::chmod(path.c_str(), mode) != 0) return Error::from_errno("open up " + path, errno);
  return {};
}

Result<void> write_file(const std::string& path, std::string_view bytes, mode_t mode) {
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) return Error::from_errno("make " + path, errno);
  SENNIT_TRY(write_all(file.get(), bytes, "write " + path));
  if (::fchmod(file.get(), mode) != 0) return Error::from_errno("set mode of " + path, errno);
  return {};
}

// What is made for one attempt's container, and how that is described.
class Building {
 public:
  Building(const WorkflowContext& context, const StartOrder& order, const TaskBody& body,
           const ContainerSurroundings& around)
      : context_(context),
        order_(order),
        body_(body),
        around_(around),
        layout_(logs::run_layout(context.runs_dir, order.task, order.attempt.number)) {}

  Result<ContainerDescription> build();

 private:
  Result<void> add_directories();
  Result<void> add_inputs();
  Result<void> add_files();
  Result<void> add_file(const std::string& path, std::string_view bytes, mode_t mode);
  Result<void> add_mounts();
  Result<void> add_checkpoints();
  void add_network();
  void add_gpus();
  void bind(std::string source, std::string target, bool read_only) {
    container_.mounts.push_back({std::move(source), std::move(target), read_only});
  }

  const WorkflowContext& context_;
  const StartOrder& order_;
  const TaskBody& body_;
  const ContainerSurroundings& around_;
  logs::RunLayout layout_;
  ContainerDescription container_;
  std::size_t files_ = 0;
};

Result<void> Building::add_directories() {
  SENNIT_TRY(make_own_directory(layout_.output));
  // Nobody else gets as far as that: what it lies in is the owner's alone.
  if (!is_root(around_.image_user)) SENNIT_TRY(open_up(layout_.output, 0777));
  const std::string socket = socket_directory(context_, order_);
  SENNIT_TRY(make_own_directory(socket));
  SENNIT_TRY(open_up(socket, 01777));
  bind(layout_.output, std::string(kContainerOutput), false);
  bind(socket, std::string(kSocket), false);
  for (const char* name : {"sennit-user", "sennit", "osmo"}) {
    bind(around_.inside, fmt::format("{}/{}", kPrograms, name), true);
  }
  return {};
}

// The directory of all inputs has a place for each, for it is read-only itself.
Result<void> Building::add_inputs() {
  SENNIT_TRY(make_own_directory(layout_.input));
  SENNIT_TRY(open_up(layout_.input, 0755));
  bind(layout_.input, std::string(kContainerInput), true);
  for (std::size_t i = 0; i < body_.inputs.size(); ++i) {
    SENNIT_TRY(make_directories(fmt::format("{}/{}", layout_.input, i), 0755));
    SENNIT_ASSIGN(std::string directory, input_directory(context_, order_, i));
    // Its own place, if it is fetched: seen through the directory of all.
    if (directory.starts_with(layout_.input + "/")) continue;
    bind(std::move(directory), fmt::format("{}/{}", kContainerInput, i), true);
  }
  return {};
}

Result<void> Building::add_file(const std::string& path, std::string_view bytes, mode_t mode) {
  const std::string below = fmt::format("{}/", kContainerOutput);
  if (path.starts_with(below)) return write_below(layout_.output, path.substr(below.size()), bytes, mode);
  if (path.starts_with("/osmo/")) {
    return Error(
        ErrorCode::kInvalid,
        fmt::format("files: {}: no file can be put there; it is to lie outside /osmo, or below {}", path, below));
  }
  const std::string file = fmt::format("{}/files/{}", around_.private_dir, files_++);
  SENNIT_TRY(write_file(file, bytes, mode));
  bind(file, path, true);
  return {};
}

Result<void> Building::add_files() {
  std::error_code ignored;
  std::filesystem::remove_all(around_.private_dir + "/files", ignored);
  SENNIT_TRY(make_own_directory(around_.private_dir + "/files"));
  for (const FileSpec& file : body_.files) {
    SENNIT_ASSIGN(const std::string path, normal_path(file.path, "files"));
    SENNIT_TRY(add_file(path, file.contents, mode_of(file.contents)));
  }
  // For its owner alone, who is root; who is somebody else is alone in the container as well.
  const mode_t secret = is_root(around_.image_user) ? 0400 : 0444;
  SENNIT_ASSIGN(const std::vector<PlacedFile> secrets, credential_files(body_.credentials, order_.credentials));
  for (const PlacedFile& file : secrets) {
    SENNIT_ASSIGN(const std::string path, normal_path(file.path, "credentials"));
    SENNIT_TRY(add_file(path, file.bytes, secret));
  }
  return {};
}

Result<void> Building::add_mounts() {
  SENNIT_ASSIGN(std::vector<HostMount> mounts, host_mounts(body_));
  for (HostMount& mount : mounts) bind(std::move(mount.source), std::move(mount.path), false);
  return {};
}

Result<void> Building::add_checkpoints() {
  for (std::size_t i = 0; i < body_.checkpoints.size(); ++i) {
    SENNIT_ASSIGN(CheckpointPlace place, checkpoint_place(layout_.dir, i, body_.checkpoints[i].path));
    if (fmt::format("{}/", place.target).starts_with(fmt::format("{}/", kContainerOutput))) continue;
    std::string directory = fmt::format("{}/{}", place.root, place.name);
    SENNIT_TRY(make_directories(place.root, 0755));
    SENNIT_TRY(make_own_directory(directory));
    if (!is_root(around_.image_user)) SENNIT_TRY(open_up(directory, 0777));
    bind(std::move(directory), std::move(place.target), false);
  }
  return {};
}

void Building::add_network() {
  const std::string own_name = network_name_of(order_.task);
  if (body_.host_network) {
    container_.network = "host";
    for (const auto& [name, address] : order_.hosts) container_.hosts.emplace_back(network_name_of(name), address);
    return;
  }
  container_.hostname = own_name;
  container_.network = group_network(order_);
  if (!container_.network.empty()) container_.aliases.push_back(own_name);
}

void Building::add_gpus() {
  const bool real = !order_.gpus.empty() && !around_.pretended_gpus;
  if (!real) {
    // An image may ask for all of them by this variable, where the engine's default runtime listens to it.
    container_.environment.emplace_back("NVIDIA_VISIBLE_DEVICES=");
    return;
  }
  container_.gpus = order_.gpus;
  container_.gpus_by_cdi = around_.is_podman;
  container_.shared_memory = order_.limits.memory != Bytes() ? order_.limits.memory : kSharedMemory;
}

Result<ContainerDescription> Building::build() {
  container_.image = body_.image;
  container_.entry = {fmt::format("{}/sennit-user", kPrograms), "run"};
  container_.labels = labels_of(context_, order_);
  container_.limits = order_.limits;
  // Docker refuses more than there are, which a host alone may be asked for.
  const long cpus = ::sysconf(_SC_NPROCESSORS_ONLN);
  if (cpus > 0 && container_.limits.cpus > static_cast<std::uint64_t>(cpus)) container_.limits.cpus = 0;
  container_.privileged = body_.privileged;
  SENNIT_TRY(add_directories());
  SENNIT_TRY(add_inputs());
  SENNIT_TRY(add_files());
  SENNIT_TRY(add_mounts());
  SENNIT_TRY(add_checkpoints());
  add_network();
  add_gpus();
  return std::move(container_);
}

// What a task writes to and we read afterwards, as far as it is there.
std::vector<std::string> written_directories(const logs::RunLayout& layout) {
  std::vector<std::string> directories{layout.output};
  std::string checkpoints = layout.dir + "/checkpoint";
  if (::access(checkpoints.c_str(), F_OK) == 0) directories.push_back(std::move(checkpoints));
  return directories;
}

bool holds_foreign_files(const std::string& directory) {
  namespace fs = std::filesystem;
  std::error_code failed;
  const auto is_foreign = [](const std::string& path) {
    struct stat info {};
    return ::lstat(path.c_str(), &info) == 0 && info.st_uid != ::geteuid();
  };
  fs::recursive_directory_iterator at(directory, failed);
  while (!failed && at != fs::recursive_directory_iterator()) {
    if (is_foreign(at->path().string())) return true;
    at.increment(failed);
  }
  return failed && failed != std::errc::no_such_file_or_directory;  // what cannot be read is not ours either
}

}  // namespace

std::string instance_label(InstanceId instance) { return fmt::format("{:016x}", instance.value()); }

std::string container_name(const StartOrder& order) {
  std::string name = "sennit-" + to_string(order.attempt);
  if (order.incarnation > 0) name += fmt::format("-r{}", order.incarnation);
  return name;
}

std::string group_network(const StartOrder& order) {
  if (!order.group) return "";
  return fmt::format("sennit-{}-{}-g{}", instance_label(order.attempt.instance), order.attempt.workflow.value(),
                     *order.group);
}

Result<CheckpointPlace> checkpoint_place(const std::string& attempt_dir, std::size_t index, const std::string& path) {
  const std::string_view chosen = path.ends_with("/*") ? std::string_view(path).substr(0, path.size() - 2) : path;
  SENNIT_ASSIGN(std::string target, normal_path(fmt::format("/{}", chosen), "checkpoint"));
  return CheckpointPlace{.root = fmt::format("{}/checkpoint/{}", attempt_dir, index),
                         .name = target.substr(target.rfind('/') + 1),
                         .target = target};
}

std::string socket_directory(const WorkflowContext& context, const StartOrder& order) {
  return logs::run_layout(context.runs_dir, order.task, order.attempt.number).dir + "/socket";
}

Result<ContainerDescription> describe_container(const WorkflowContext& context, const StartOrder& order,
                                                const TaskBody& body, const ContainerSurroundings& around) {
  return Building(context, order, body, around).build();
}

ContainerDescription describe_giving(const WorkflowContext& context, const StartOrder& order, const std::string& image,
                                     const std::string& inside, const std::string& user) {
  const logs::RunLayout layout = logs::run_layout(context.runs_dir, order.task, order.attempt.number);
  const std::string program = fmt::format("{}/sennit-user", kPrograms);
  ContainerDescription container;
  container.image = image;
  container.user = "0:0";
  container.entry = {program, "own", user};
  container.labels = labels_of(context, order);
  container.mounts = {{inside, program, true}};
  for (const std::string& directory : written_directories(layout)) {
    container.entry.push_back(fmt::format("/osmo/data/own/{}", container.mounts.size()));
    container.mounts.push_back({directory, container.entry.back(), false});
  }
  container.network = "none";
  return container;
}

bool has_foreign_files(const WorkflowContext& context, const StartOrder& order) {
  return std::ranges::any_of(written_directories(logs::run_layout(context.runs_dir, order.task, order.attempt.number)),
                             holds_foreign_files);
}

bool is_pulled_always(std::string_view image) {
  if (image.find('@') != std::string_view::npos) return false;
  const std::size_t slash = image.rfind('/');
  const std::string_view last = slash == std::string_view::npos ? image : image.substr(slash + 1);
  const std::size_t colon = last.find(':');
  return colon == std::string_view::npos || last.substr(colon + 1) == "latest";
}

}  // namespace sennit::launch
