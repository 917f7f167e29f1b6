#include "main/surroundings.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "base/clock.h"
#include "client/server_launch.h"
#include "proc/detached.h"
#include "views/json_writer.h"

namespace sennit::main {

std::optional<std::string> variable(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  if (value == nullptr) return std::nullopt;
  return value;
}

EnvironmentList own_environment() {
  EnvironmentList all;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    all.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return all;
}

Result<store::StateDir> open_state_dir() {
  SENNIT_ASSIGN(const std::string path, store::locate_state_dir(variable));
  return store::StateDir::open(path);
}

Result<void> start_self(const std::string& command, const std::string& log, std::optional<rlimit> files) {
  return proc::start_detached(
      {.program = client::own_executable(), .argv = {"sennit", command}, .log = log, .files = files});
}

void log_line(Level level, std::string_view text) {
  const char* name = level == Level::kError ? "error" : level == Level::kWarning ? "warn" : "info";
  fmt::print(stderr, "{} {} {}\n", views::format_instant(SystemClock().now()), name, text);
}

}  // namespace sennit::main
