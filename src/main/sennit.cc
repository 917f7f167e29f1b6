// The `sennit` program: the command line, and behind `serve` and `agent` the two programs that it starts on demand.
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "cli/run.h"
#include "main/programs.h"

namespace {

// The server and the agent run in the root directory: a SENNIT_HOME relative to where the user stands must not mean
// another place there. If there is no current directory, the relative path is refused later, with its name.
void make_home_absolute() {
  const char* home = std::getenv("SENNIT_HOME");
  if (home == nullptr || *home == '\0' || *home == '/') return;
  std::error_code failed;
  const std::filesystem::path absolute = std::filesystem::absolute(home, failed);
  if (!failed) ::setenv("SENNIT_HOME", absolute.lexically_normal().c_str(), 1);
}

}  // namespace

int main(int argc, char** argv) {
  make_home_absolute();
  return sennit::cli::run(argc, argv,
                          {.serve = sennit::main::serve, .agent = sennit::main::agent, .view = sennit::main::view});
}
