#include "proc/cgroup_v1.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "proc/cgroup_files.h"
#include "proc/cgroup_mounts.h"

namespace sennit::proc {
namespace {

std::optional<std::string> path_of(const std::string& controller, const std::string& name) {
  const std::optional<CgroupPlace> place = cgroup_place(controller);
  return place ? std::optional(place->own + "/" + name) : std::nullopt;
}

// There is no file that kills all of them: whoever forks meanwhile is found by the next look.
void kill_members(int directory) {
  constexpr int kLooks = 16;
  for (int look = 0; look < kLooks; ++look) {
    const std::vector<pid_t> pids = members_at(directory);
    if (pids.empty()) return;
    for (const pid_t pid : pids) ::kill(pid, SIGKILL);
  }
}

// Kills and waits for those in `path` and below it.
void end_members(const std::string& path, std::chrono::steady_clock::time_point limit) {
  std::error_code error;
  for (std::filesystem::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
    if (it->is_directory(error)) end_members(it->path().string(), limit);
  }
  const UniqueFd directory = open_directory(path);
  if (!directory) return;
  for (std::vector<pid_t> pids = members_at(directory.get()); !pids.empty(); pids = members_at(directory.get())) {
    for (const pid_t pid : pids) {
      const UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
      ::kill(pid, SIGKILL);
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(limit - std::chrono::steady_clock::now());
      if (left.count() <= 0) return;
      pollfd ended{.fd = pidfd.get(), .events = POLLIN, .revents = 0};
      if (pidfd) ::poll(&ended, 1, static_cast<int>(left.count()));
    }
  }
}

}  // namespace

Result<CgroupV1Tree> CgroupV1Tree::open(const std::string& controller, const std::string& name) {
  const std::optional<std::string> path = path_of(controller, name);
  if (!path) return Error(ErrorCode::kUnavailable, "this machine has no cgroups of version 1 for " + controller);
  if (::mkdir(path->c_str(), 0755) == 0 || errno == EEXIST) return CgroupV1Tree(*path);
  return Error(ErrorCode::kUnavailable, Error::from_errno("make " + *path, errno).message());
}

Result<CgroupV1> CgroupV1Tree::make() {
  // One that is there is an earlier owner's, who left it because somebody in it did not die.
  while (::mkdir(directory_of(made_).c_str(), 0755) != 0) {
    if (errno != EEXIST) return Error::from_errno("make " + directory_of(made_), errno);
    ++made_;
  }
  const std::string path = directory_of(made_);
  UniqueFd directory = open_directory(path);
  UniqueFd tasks = open_at(directory.get(), "tasks", O_WRONLY);
  if (!tasks) {
    const Error error = Error::from_errno("open the tasks of " + path, errno);
    ::rmdir(path.c_str());
    return error;
  }
  return CgroupV1(std::move(directory), std::move(tasks), made_++);
}

void CgroupV1Tree::end(CgroupV1 cgroup) {
  if (!cgroup) return;
  kill_members(cgroup.directory());
  ending_.push_back(std::move(cgroup));
  remove_ended();
}

// Looks at a few only, as CgroupTree does.
void CgroupV1Tree::remove_ended() {
  constexpr std::size_t kTries = 4;
  for (std::size_t tries = std::min(kTries, ending_.size()); tries > 0; --tries) {
    CgroupV1 cgroup = std::move(ending_.front());
    ending_.pop_front();
    if (!remove_cgroups(directory_of(cgroup.number()))) ending_.push_back(std::move(cgroup));
  }
}

void end_cgroup_v1_tree(const std::string& controller, const std::string& name) {
  const std::optional<std::string> path = path_of(controller, name);
  if (!path || ::access(path->c_str(), F_OK) != 0) return;
  end_members(*path, std::chrono::steady_clock::now() + std::chrono::seconds(1));
  remove_cgroups(*path);
}

}  // namespace sennit::proc
