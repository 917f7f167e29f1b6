// The parts of Session that ask the process about its surroundings.
#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "cli/session.h"

namespace sennit::cli {

std::optional<std::string> variable(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

std::vector<std::pair<std::string, std::string>> environment() {
  std::vector<std::pair<std::string, std::string>> all;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    all.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return all;
}

Result<std::string> current_directory() {
  std::error_code failed;
  const std::filesystem::path path = std::filesystem::current_path(failed);
  if (failed) return Error::from_errno("find the current directory", failed.value());
  return path.string();
}

std::string user_name() {
  for (const char* name : {"LOGNAME", "USER"}) {
    if (const std::optional<std::string> value = variable(name); value && !value->empty()) return *value;
  }
  // Asked last: it may load the machine's directory services, which costs more than the rest of a command.
  if (const passwd* entry = ::getpwuid(::geteuid()); entry != nullptr) return entry->pw_name;
  return std::to_string(::geteuid());
}

}  // namespace sennit::cli
