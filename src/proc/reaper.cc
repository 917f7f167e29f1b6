#include "proc/reaper.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.h"

namespace sennit::proc {
namespace {

std::string read_file(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  char block[16 * 1024];
  while (fd) {
    const ssize_t n = ::read(fd.get(), block, sizeof block);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    text.append(block, static_cast<std::size_t>(n));
  }
  return text;
}

std::optional<pid_t> parse_pid(std::string_view text) {
  pid_t pid = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pid);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return pid;
}

struct CloseDir {
  void operator()(DIR* dir) const { ::closedir(dir); }
};

std::vector<pid_t> all_processes() {
  std::vector<pid_t> pids;
  const std::unique_ptr<DIR, CloseDir> dir(::opendir("/proc"));
  while (dir != nullptr) {
    const dirent* entry = ::readdir(dir.get());
    if (entry == nullptr) break;
    if (const std::optional<pid_t> pid = parse_pid(entry->d_name)) pids.push_back(*pid);
  }
  return pids;
}

// The parent of a process, from /proc/<pid>/stat: the second field behind the name, which may hold anything.
pid_t parent_of(pid_t pid) {
  const std::string text = read_file("/proc/" + std::to_string(pid) + "/stat");
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos || name_end + 4 > text.size()) return 0;
  const std::string_view rest = std::string_view(text).substr(name_end + 4);  // ") S "
  return parse_pid(rest.substr(0, rest.find(' '))).value_or(0);
}

std::vector<pid_t> children_by_scan(pid_t parent) {
  std::vector<pid_t> pids = all_processes();
  std::erase_if(pids, [parent](pid_t pid) { return parent_of(pid) != parent; });
  return pids;
}

// The direct children of a process's main thread. The kernel keeps the list where it was built with it; else every
// process is asked.
std::vector<pid_t> children_of(pid_t parent) {
  const std::string number = std::to_string(parent);
  const std::string path = "/proc/" + number + "/task/" + number + "/children";
  if (::access(path.c_str(), R_OK) != 0) return children_by_scan(parent);
  const std::string text = read_file(path);
  std::vector<pid_t> pids;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t space = std::min(rest.find(' '), rest.size());
    if (const std::optional<pid_t> pid = parse_pid(rest.substr(0, space))) pids.push_back(*pid);
    rest.remove_prefix(std::min(space + 1, rest.size()));
  }
  return pids;
}

std::vector<pid_t> ourselves_and_ancestors() {
  std::vector<pid_t> pids;
  for (pid_t pid = ::getpid(); pid > 0; pid = parent_of(pid)) pids.push_back(pid);
  return pids;
}

// The value of a variable in the environment that the process was started with.
std::optional<std::string> variable_of(pid_t pid, std::string_view name) {
  const std::string text = read_file("/proc/" + std::to_string(pid) + "/environ");
  for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
    const std::size_t value = at + name.size();
    if ((at == 0 || text[at - 1] == '\0') && value < text.size() && text[value] == '=') {
      return text.substr(value + 1, text.find('\0', value) - value - 1);
    }
  }
  return std::nullopt;
}

bool is_ours(pid_t pid) {
  struct stat info {};
  return ::stat(("/proc/" + std::to_string(pid)).c_str(), &info) == 0 && info.st_uid == ::geteuid();
}

// A descriptor is taken before the variable is read: the signal then cannot hit another process with the same number.
bool signal_if_marked(int signal, pid_t pid, std::string_view variable,
                      const std::function<bool(std::string_view)>& is_meant) {
  if (!is_ours(pid)) return false;
  const UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!pidfd) return false;
  const std::optional<std::string> value = variable_of(pid, variable);
  if (!value || !is_meant(*value) || variable_of(pid, kEngineMark) == value) return false;
  return ::syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0) == 0;
}

}  // namespace

Result<void> become_subreaper() {
  if (::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) return Error::from_errno("become a subreaper", errno);
  return {};
}

std::size_t kill_descendants() {
  std::size_t reaped = 0;
  for (;;) {
    // Whoever forks between two rounds has a parent that dies in this one, and so becomes our child.
    for (const pid_t pid : children_of(::getpid())) ::kill(pid, SIGKILL);
    siginfo_t info{};
    if (::waitid(P_ALL, 0, &info, WEXITED) != 0) {
      if (errno == EINTR) continue;
      return reaped;  // ECHILD: nobody is left
    }
    ++reaped;
    for (info = {}; ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG) == 0 && info.si_pid != 0; info = {}) ++reaped;
  }
}

std::size_t kill_marked_children(pid_t parent, std::string_view variable,
                                 const std::function<bool(std::string_view value)>& is_meant) {
  std::size_t killed = 0;
  for (const pid_t pid : children_of(parent)) {
    if (pid != ::getpid() && signal_if_marked(SIGKILL, pid, variable, is_meant)) ++killed;
  }
  return killed;
}

std::size_t kill_marked(std::string_view variable, const std::function<bool(std::string_view value)>& is_meant) {
  return signal_marked(SIGKILL, variable, is_meant);
}

std::size_t signal_marked(int signal, std::string_view variable,
                          const std::function<bool(std::string_view value)>& is_meant) {
  const std::vector<pid_t> spared = ourselves_and_ancestors();
  constexpr int kMaxPasses = 100;  // who forks faster than we look is not ours to win against here
  std::size_t reached = 0;
  std::vector<pid_t> hit;
  for (int pass = 0; pass < kMaxPasses; ++pass) {
    const std::size_t before = reached;
    for (const pid_t pid : all_processes()) {
      const auto is = [pid](pid_t other) { return other == pid; };
      // A process that was killed may show for a moment longer; its number counts once.
      if (std::any_of(spared.begin(), spared.end(), is) || std::any_of(hit.begin(), hit.end(), is)) continue;
      if (!signal_if_marked(signal, pid, variable, is_meant)) continue;
      hit.push_back(pid);
      ++reached;
    }
    if (reached == before) break;
  }
  return reached;
}

}  // namespace sennit::proc
