#include "proc/cgroup_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>

namespace sennit::proc {
namespace {

std::optional<std::uint64_t> leading_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  return number;
}

}  // namespace

UniqueFd open_directory(const std::string& path) {
  return UniqueFd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

UniqueFd open_at(int directory, const char* name, int flags) {
  return UniqueFd(::openat(directory, name, flags | O_CLOEXEC));
}

Result<void> write_at(int directory, const char* name, std::string_view text) {
  const UniqueFd file = open_at(directory, name, O_WRONLY);
  ssize_t written = -1;
  while (file && (written = ::write(file.get(), text.data(), text.size())) < 0 && errno == EINTR) {
  }
  if (written >= 0) return {};
  const int error = errno;
  return Error::from_errno("write " + std::string(text) + " to " + name, error);
}

std::string read_at(int directory, const char* name) {
  std::string text;
  const UniqueFd file = open_at(directory, name, O_RDONLY);
  std::array<char, 4096> block;
  for (ssize_t n = 0; file && (n = ::read(file.get(), block.data(), block.size())) > 0;) {
    text.append(block.data(), static_cast<std::size_t>(n));
  }
  return text;
}

std::optional<std::uint64_t> number_at(int directory, const char* name, std::string_view word) {
  const std::string text = read_at(directory, name);
  std::string_view rest = text;
  if (word.empty()) return leading_number(rest);
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    if (line.size() > word.size() && line.starts_with(word) && line[word.size()] == ' ') {
      return leading_number(line.substr(word.size() + 1));
    }
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  return std::nullopt;
}

bool lists_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const std::size_t end = words.find_first_of(" \n");
    if (words.substr(0, end) == word) return true;
    if (end == std::string_view::npos) break;
    words.remove_prefix(end + 1);
  }
  return false;
}

std::vector<pid_t> members_at(int directory) {
  const std::string text = read_at(directory, "cgroup.procs");
  std::vector<pid_t> pids;
  for (const char *at = text.data(), *end = at + text.size(); at < end;) {
    pid_t pid = 0;
    const auto [next, error] = std::from_chars(at, end, pid);
    if (error != std::errc{}) break;
    if (pid > 0) pids.push_back(pid);  // 0: of another pid namespace
    at = next + 1;                     // behind the end of the line
  }
  return pids;
}

bool remove_cgroups(const std::string& path) {
  std::error_code error;
  for (std::filesystem::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
    if (it->is_directory(error)) remove_cgroups(it->path().string());
  }
  return ::rmdir(path.c_str()) == 0 || errno == ENOENT;
}

}  // namespace sennit::proc
