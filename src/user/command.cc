#include "user/command.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sennit::user {
namespace {

constexpr int kLargePipe = 1024 * 1024;
constexpr std::string_view kDefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

enum class Step : std::uint8_t { kStdio, kDirectory, kExec };

// What the child says over a pipe that execve closes, when it does not come to that.
struct Refusal {
  Step step = Step::kStdio;
  int error = 0;
};

// Everything the child needs, made before fork.
struct Handover {
  std::vector<char*> argv;
  std::vector<char*> script_argv;  // for a file without a #! line, as shells do
  std::vector<char*> envp;
  std::string program;
  std::string directory;
  int in = -1;
  int out = -1;
  int err = -1;
  bool terminal = false;
  int report = -1;
  pid_t parent = 0;
};

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> out;
  out.reserve(words.size() + 1);
  for (const std::string& word : words) out.push_back(const_cast<char*>(word.c_str()));
  out.push_back(nullptr);
  return out;
}

[[noreturn]] void refuse(const Handover& handover, Step step, int error) {
  const Refusal refusal{step, error};
  // A pipe takes so little at once; if it does not, the parent sees a child that has gone without a word.
  static_cast<void>(!::write(handover.report, &refusal, sizeof refusal));
  ::_exit(127);
}

void default_signals() {
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void run_child(const Handover& handover) {
  ::setsid();
  default_signals();
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (::getppid() != handover.parent) ::_exit(127);
  if (handover.terminal && ::ioctl(handover.in, TIOCSCTTY, 0) != 0) refuse(handover, Step::kStdio, errno);
  // All of ours are above 2 (main sees to that), so none is overwritten before its turn.
  if (::dup2(handover.in, 0) < 0 || ::dup2(handover.out, 1) < 0 || ::dup2(handover.err, 2) < 0) {
    refuse(handover, Step::kStdio, errno);
  }
  if (!handover.directory.empty() && ::chdir(handover.directory.c_str()) != 0) {
    refuse(handover, Step::kDirectory, errno);
  }
  ::execve(handover.program.c_str(), handover.argv.data(), handover.envp.data());
  if (errno == ENOEXEC) {
    ::execve("/bin/sh", handover.script_argv.data(), handover.envp.data());
    errno = ENOEXEC;
  }
  refuse(handover, Step::kExec, errno);
}

// Something that reads as empty. An empty image has no /dev: then a pipe whose other end is closed.
Result<UniqueFd> empty_input() {
  UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (null) return null;
  SENNIT_ASSIGN(auto pipe, make_pipe());
  return std::move(pipe[0]);
}

bool exists(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0;
}

std::string below(const std::string& directory, const std::string& path) {
  return path.starts_with('/') || directory.empty() ? path : directory + "/" + path;
}

Error describe(const Handover& handover, const Refusal& refusal) {
  const std::string& program = handover.program;
  switch (refusal.step) {
    case Step::kStdio: return Error::from_errno("connect standard input and output", refusal.error);
    case Step::kDirectory:
      if (refusal.error == ENOENT) return {ErrorCode::kNotFound, "no such directory: " + handover.directory};
      if (refusal.error == ENOTDIR) return {ErrorCode::kInvalid, handover.directory + " is not a directory"};
      return Error::from_errno("enter directory " + handover.directory, refusal.error);
    case Step::kExec: break;
  }
  switch (refusal.error) {
    case ENOENT:
      if (!exists(below(handover.directory, program))) break;
      return {ErrorCode::kNotFound, "the image lacks what " + program + " needs to run: the interpreter of its #! " +
                                        "line, or the dynamic loader of its C library"};
    case EACCES: return {ErrorCode::kInvalid, program + " is not executable"};
    case E2BIG: return {ErrorCode::kInvalid, "start " + program + ": arguments and environment are too long"};
    case ENOEXEC: return {ErrorCode::kInvalid, program + " is not a program for this machine"};
    default: return Error::from_errno("start " + program, refusal.error);
  }
  return {ErrorCode::kNotFound, "no such program: " + program};
}

std::string_view value_of(const std::vector<std::string>& environment, std::string_view name) {
  for (const std::string& entry : environment) {
    if (entry.size() > name.size() && entry[name.size()] == '=' && entry.starts_with(name)) {
      return std::string_view(entry).substr(name.size() + 1);
    }
  }
  return {};
}

std::string_view name_of(std::string_view entry) { return entry.substr(0, entry.find('=')); }

void set(std::vector<std::string>& environment, std::string_view name, std::string_view value) {
  std::string entry = std::string(name).append("=").append(value);
  const auto same = std::find_if(environment.begin(), environment.end(),
                                 [&](const std::string& other) { return name_of(other) == name; });
  if (same == environment.end()) {
    environment.push_back(std::move(entry));
  } else {
    *same = std::move(entry);
  }
}

}  // namespace

Result<std::array<UniqueFd, 2>> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return Error::from_errno("make a pipe", errno);
  return std::array<UniqueFd, 2>{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

std::vector<std::string> environment_of(char** own, const Variables& ordered, std::string_view more_path) {
  std::vector<std::string> environment;
  for (; *own != nullptr; ++own) environment.emplace_back(*own);
  for (const auto& [name, value] : ordered) {
    const bool valid = !name.empty() && name.find('=') == std::string::npos;
    if (valid) set(environment, name, value);
  }
  if (more_path.empty()) return environment;
  const std::string_view path = value_of(environment, "PATH");
  set(environment, "PATH", std::string(path.empty() ? kDefaultPath : path).append(":").append(more_path));
  return environment;
}

Result<std::string> find_program(const std::string& name, std::string_view path, const std::string& directory) {
  if (name.empty()) return Error(ErrorCode::kInvalid, "the name of the program is empty");
  if (name.find('/') != std::string::npos) return name;
  bool denied = false;
  while (true) {
    const std::size_t colon = path.find(':');
    std::string file(path.substr(0, colon));
    if (file.empty()) file = ".";  // as execvp reads an empty entry
    file.append("/").append(name);
    const std::string whole = below(directory, file);
    struct stat info {};
    if (::stat(whole.c_str(), &info) == 0 && S_ISREG(info.st_mode)) {
      if (::access(whole.c_str(), X_OK) == 0) return file;
      denied = true;
    }
    if (colon == std::string_view::npos) break;
    path.remove_prefix(colon + 1);
  }
  if (denied) return Error(ErrorCode::kInvalid, name + " is in PATH, but may not be executed");
  return Error(ErrorCode::kNotFound, "no such program: " + name + " (looked for it in PATH)");
}

Result<pid_t> start_program(const wire::StartCommand& order, char** own_environment, const Streams& streams,
                            std::string_view more_path) {
  if (order.argv.empty()) return Error(ErrorCode::kInvalid, "there is no command to start");
  const std::vector<std::string> environment = environment_of(own_environment, order.environment, more_path);
  Handover handover;
  SENNIT_ASSIGN(handover.program, find_program(order.argv.front(), value_of(environment, "PATH"), order.directory));
  std::vector<std::string> script = order.argv;
  script.front() = handover.program;
  script.insert(script.begin(), "/bin/sh");
  handover.argv = pointers(order.argv);
  handover.script_argv = pointers(script);
  handover.envp = pointers(environment);
  handover.directory = order.directory;
  handover.parent = ::getpid();
  handover.in = streams.in;
  handover.out = streams.out;
  handover.err = streams.err;
  handover.terminal = streams.is_terminal;

  SENNIT_ASSIGN(auto report, make_pipe());
  handover.report = report[1].get();
  const pid_t pid = ::fork();
  if (pid < 0) return Error::from_errno("make a process", errno);
  if (pid == 0) run_child(handover);

  report[1].reset();
  Refusal refusal;
  ssize_t count = 0;
  while ((count = ::read(report[0].get(), &refusal, sizeof refusal)) < 0 && errno == EINTR) {
  }
  if (count == sizeof refusal) return describe(handover, refusal);  // its end is collected with all others
  return pid;
}

Result<Command> Command::start(const wire::StartCommand& order, char** own_environment) {
  SENNIT_ASSIGN(const UniqueFd input, empty_input());
  SENNIT_ASSIGN(auto out, make_pipe());
  SENNIT_ASSIGN(auto err, make_pipe());
  SENNIT_ASSIGN(const pid_t pid,
                start_program(order, own_environment, {.in = input.get(), .out = out[1].get(), .err = err[1].get()},
                              kOurPrograms));
  Command command{.pid = pid, .pipes = {std::move(out[0]), std::move(err[0])}};
  for (const UniqueFd& pipe : command.pipes) {
    ::fcntl(pipe.get(), F_SETFL, O_NONBLOCK);
    ::fcntl(pipe.get(), F_SETPIPE_SZ, kLargePipe);  // refused beyond a user's allowance: no harm
  }
  return command;
}

bool Command::signal_group(int number) const { return pid > 0 && ::kill(-pid, number) == 0; }

}  // namespace sennit::user
