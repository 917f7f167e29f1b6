// The terminal view, and the commands that it lends its screen to.
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string>
#include <vector>

#include "client/server_launch.h"
#include "main/programs.h"
#include "tui/app/app.h"

extern char** environ;

namespace sennit::main {
namespace {

// The signals of the view are not those of the command.
pid_t spawn(const std::string& program, std::vector<std::string>& words) {
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  sigset_t none;
  sigset_t all;
  ::sigemptyset(&none);
  ::sigfillset(&all);
  ::sigdelset(&all, SIGTSTP);  // it is ours, and nobody would make it go on
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  pid_t pid = -1;
  void (*const before)(int) = ::signal(SIGTSTP, SIG_IGN);  // inherited
  const int failed = ::posix_spawn(&pid, program.c_str(), nullptr, &attributes, argv.data(), environ);
  ::signal(SIGTSTP, before);
  ::posix_spawnattr_destroy(&attributes);
  return failed == 0 ? pid : -1;
}

// What it said would be gone with the next frame: it is read first.
void wait_for_enter() {
  constexpr std::string_view kWords = "\r\n[Enter goes back to the view] ";
  static_cast<void>(!::write(STDERR_FILENO, kWords.data(), kWords.size()));
  char letter = 0;
  while (::read(STDIN_FILENO, &letter, 1) == 1 && letter != '\n') {
  }
}

void run_command(const std::vector<std::string>& words) {
  std::vector<std::string> all = {"sennit"};
  all.insert(all.end(), words.begin(), words.end());
  const pid_t pid = spawn(client::own_executable(), all);
  if (pid < 0) return;
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) wait_for_enter();
}

}  // namespace

Result<void> view(const cli::ViewOptions& options) {
  return tui::run(
      {.place = options.place, .user = options.user, .workflow = options.workflow, .run_command = run_command});
}

}  // namespace sennit::main
