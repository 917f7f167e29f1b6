#include "launch/sandbox_tools.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <vector>

#include "base/unique_fd.h"
#include "launch/sandbox_view.h"
#include "model/runtime.h"
#include "proc/program_search.h"

namespace sennit::launch {
namespace {

constexpr int kPatienceMs = 5000;

bool is_zero(const char* path) {
  std::ifstream file(path);
  long number = 1;
  return file >> number && number == 0;
}

// A switch that takes user namespaces away from those who are not root; "": none is known to.
std::string switched_off() {
  if (::geteuid() == 0) return "";
  if (is_zero("/proc/sys/user/max_user_namespaces")) {
    return "user namespaces are switched off (user.max_user_namespaces is 0; sysctl -w user.max_user_namespaces=10000 "
           "allows them)";
  }
  if (is_zero("/proc/sys/kernel/unprivileged_userns_clone")) {
    return "user namespaces are kept for root (sysctl -w kernel.unprivileged_userns_clone=1 allows them)";
  }
  return "";
}

bool is_set_uid(const std::string& program) {
  struct stat info {};
  return ::stat(program.c_str(), &info) == 0 && (info.st_mode & S_ISUID) != 0;
}

std::string text_of(int file) {
  std::string text(4096, '\0');
  const ssize_t size = ::pread(file, text.data(), text.size(), 0);
  text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

// Runs it to its end. "": it went well; else what it said.
std::string run(const std::vector<std::string>& words) {
  const UniqueFd said(::memfd_create("sennit-sandbox", MFD_CLOEXEC));
  if (!said) return Error::from_errno("make a file in memory", errno).message();
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, said.get(), 1);
  ::posix_spawn_file_actions_adddup2(&actions, said.get(), 2);
  pid_t pid = 0;
  const int error = ::posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return Error::from_errno("start " + words.front(), error).message();
  const UniqueFd ended(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  pollfd watched{.fd = ended.get(), .events = POLLIN, .revents = 0};
  const bool in_time = ::poll(&watched, 1, kPatienceMs) == 1;
  if (!in_time) ::kill(pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!in_time) return words.front() + " did not come to an end in 5 s";
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return "";
  const std::string text = text_of(said.get());
  return text.empty() ? words.front() + " failed without a word" : text;
}

std::string program_beside(const std::string& inside) {
  const std::string program = inside.substr(0, inside.rfind('/') + 1) + "sennit";
  return ::access(program.c_str(), X_OK) == 0 ? program : "";
}

std::string try_out(const SandboxKind& kind) {
  SandboxView view(kind);
  if (const Result<void> shown = view.show_host(); !shown) return shown.error().message();
  std::vector<std::string> words = std::move(view).take_arguments();
  words.emplace_back("--");
  words.emplace_back(kInsidePath);
  words.emplace_back("try");
  return run(words);
}

}  // namespace

std::string SandboxTools::default_inside() {
  std::string path(4096, '\0');
  const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size());
  path.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return path.substr(0, path.rfind('/') + 1) + "sennit-user";
}

std::string SandboxTools::bwrap() const {
  const Result<std::string> found = proc::find_program("bwrap", path_.empty() ? nullptr : path_.c_str(), "/");
  return found ? *found : std::string();
}

std::string SandboxTools::obstacle() const {
  const std::string program = bwrap();
  if (program.empty()) return "bubblewrap is not installed (on Debian and Ubuntu: apt install bubblewrap)";
  if (::access(inside_.c_str(), X_OK) != 0) return inside_ + " is missing, which is a part of Sennit";
  return is_set_uid(program) ? "" : switched_off();
}

Result<SandboxKind> SandboxTools::kind() {
  if (kind_) return *kind_;
  const auto no = [](const std::string& why) { return Error(ErrorCode::kUnavailable, no_sandbox_text(why)); };
  if (const std::string why = obstacle(); !why.empty()) return no(why);
  SandboxKind kind{.bwrap = bwrap(), .inside = inside_, .program = program_beside(inside_)};
  std::string trouble = try_out(kind);
  if (!trouble.empty()) {
    kind.own_processes = false;
    if (!try_out(kind).empty()) return no(trouble);
  }
  kind_ = kind;
  return kind;
}

}  // namespace sennit::launch
