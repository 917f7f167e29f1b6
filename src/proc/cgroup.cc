#include "proc/cgroup.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <string_view>
#include <utility>

#include "proc/cgroup_files.h"
#include "proc/cgroup_mounts.h"
#include "proc/clone_into.h"

namespace sennit::proc {
namespace {

std::optional<std::string> path_of(const std::string& name) {
  const std::optional<CgroupPlace> place = cgroup_place("");
  return place ? std::optional(place->own + "/" + name) : std::nullopt;
}

Cgroup open_cgroup(const std::string& path, std::size_t number = 0) {
  UniqueFd directory = open_directory(path);
  if (!directory) return {};
  UniqueFd events = open_at(directory.get(), "cgroup.events", O_RDONLY);
  if (!events) return {};
  return {std::move(directory), std::move(events), number};
}

SENNIT_IN_CHILD int end_at_once(void* /*argument*/) {
  for (;;) ::syscall(SYS_exit_group, 0);
}

// Makes a child in it: permissions, namespaces and system call filters have many ways to say no. 0, or an errno.
int try_start_in(const Cgroup& cgroup) {
  constexpr std::size_t kStackBytes = 64 * 1024;
  void* stack = ::mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (stack == MAP_FAILED) return errno;
  int descriptor = -1;
  const int pid = clone_into_cgroup(
      {.main = end_at_once, .argument = nullptr, .stack = stack, .stack_bytes = kStackBytes, .cgroup = cgroup.fd()},
      descriptor);
  const UniqueFd pidfd(descriptor);
  siginfo_t info{};
  while (pid > 0 && ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED) != 0 && errno == EINTR) {
  }
  ::munmap(stack, kStackBytes);
  if (pid <= 0) return -pid;
  return info.si_code == CLD_EXITED ? 0 : EPERM;  // killed at birth, for an old kill of the cgroup that we run in
}

}  // namespace

UniqueFd Cgroup::directory() const { return UniqueFd(directory_ ? ::fcntl(directory_.get(), F_DUPFD_CLOEXEC, 0) : -1); }

bool Cgroup::is_empty() const {
  if (!events_) return true;
  std::array<char, 128> text;
  const ssize_t size = ::pread(events_.get(), text.data(), text.size(), 0);
  return size <= 0 ||
         std::string_view(text.data(), static_cast<std::size_t>(size)).find("populated 1") == std::string_view::npos;
}

// The kernel tells of each change of cgroup.events that came after the last read.
void Cgroup::await_empty(std::chrono::milliseconds patience) const {
  const auto limit = std::chrono::steady_clock::now() + patience;
  while (!is_empty() && std::chrono::steady_clock::now() < limit) {
    pollfd change{.fd = events_.get(), .events = POLLPRI, .revents = 0};
    ::poll(&change, 1, static_cast<int>(patience.count()));
  }
}

void Cgroup::kill() {
  if (!directory_) return;
  killed_ = true;
  // It cannot fail for one that is there, and one that is not there holds nobody.
  write_file("cgroup.kill", "1");
}

bool Cgroup::write_file(const char* name, std::string_view text) const {
  return directory_ && write_at(directory_.get(), name, text).ok();
}

void Cgroup::terminate_others(pid_t group) const {
  if (!directory_) return;
  for (const pid_t pid : members_at(directory_.get())) {
    if (::getpgid(pid) != group) ::kill(pid, SIGTERM);
  }
}

Result<CgroupTree> CgroupTree::open(const std::string& name) {
  const std::optional<std::string> path = path_of(name);
  if (!path) return Error(ErrorCode::kUnavailable, "this machine has no cgroup v2 for us");
  return open_at(*path);
}

Result<CgroupTree> CgroupTree::open_at(const std::string& path) {
  const auto unavailable = [](std::string why) { return Error(ErrorCode::kUnavailable, std::move(why)); };
  if (!kCanCloneIntoCgroup) return unavailable("not for this processor yet");
  if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) {
    return unavailable(Error::from_errno("make " + path, errno).message());
  }
  CgroupTree tree(path);
  Cgroup first = tree.take();
  const bool can_kill = first && ::faccessat(first.fd(), "cgroup.kill", W_OK, 0) == 0;
  const int started = can_kill ? try_start_in(first) : 0;
  tree.end(std::move(first));
  if (can_kill && started == 0) return tree;
  remove_cgroups(path);
  if (!can_kill) return unavailable("the cgroups of " + path + " cannot be killed as a whole (Linux before 5.14)");
  return unavailable(Error::from_errno("start a process in " + path, started).message());
}

Cgroup CgroupTree::take() {
  if (!free_.empty()) {
    Cgroup cgroup = std::move(free_.back());
    free_.pop_back();
    return cgroup;
  }
  // One that is there is an earlier owner's, who left it because somebody in it did not die.
  while (::mkdir(directory_of(made_).c_str(), 0755) != 0) {
    if (errno != EEXIST) return {};
    ++made_;
  }
  Cgroup cgroup = open_cgroup(directory_of(made_), made_);
  if (cgroup) {
    ++made_;
  } else {
    ::rmdir(directory_of(made_).c_str());
  }
  return cgroup;
}

// Looks at a few only: those that hold somebody who does not die (a process that waits for a device) must not cost more
// with each of them.
void CgroupTree::remove_ended() {
  constexpr std::size_t kTries = 4;
  for (std::size_t tries = std::min(kTries, ending_.size()); tries > 0; --tries) {
    Cgroup cgroup = std::move(ending_.front());
    ending_.pop_front();
    if (cgroup.is_empty()) {
      remove_cgroups(directory_of(cgroup.number()));
    } else {
      ending_.push_back(std::move(cgroup));
    }
  }
}

void CgroupTree::end(Cgroup cgroup) {
  if (!cgroup) return;
  const bool empty = cgroup.is_empty();
  if (empty && !cgroup.was_killed()) return free_.push_back(std::move(cgroup));
  if (!empty) cgroup.kill();
  ending_.push_back(std::move(cgroup));
  remove_ended();
}

void end_cgroup_tree(const std::string& name) {
  if (const std::optional<std::string> path = path_of(name)) end_cgroup_tree_at(*path);
}

void end_cgroup_tree_at(const std::string& path) {
  Cgroup all = open_cgroup(path);
  if (!all) return;
  all.kill();
  all.await_empty(std::chrono::seconds(1));
  remove_cgroups(path);
}

}  // namespace sennit::proc
