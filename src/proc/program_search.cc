#include "proc/program_search.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace sennit::proc {
namespace {

constexpr std::string_view kDefaultPath = "/usr/local/bin:/usr/bin:/bin";

enum class Match { kNone, kForbidden, kProgram };

Match match(const std::string& file) {
  if (::faccessat(AT_FDCWD, file.c_str(), X_OK, AT_EACCESS) != 0) {
    return errno == EACCES && ::access(file.c_str(), F_OK) == 0 ? Match::kForbidden : Match::kNone;
  }
  struct stat info {};
  if (::stat(file.c_str(), &info) != 0) return Match::kNone;
  return S_ISREG(info.st_mode) ? Match::kProgram : Match::kNone;
}

}  // namespace

Result<std::string> find_program(std::string_view name, const char* path, std::string_view directory) {
  if (name.empty()) return Error(ErrorCode::kInvalid, "the name of the program is empty");
  if (name.find('/') != std::string_view::npos) return std::string(name);
  std::string_view rest = path == nullptr ? kDefaultPath : std::string_view(path);
  std::string forbidden;
  std::string file;
  for (bool more = true; more;) {
    const std::size_t colon = rest.find(':');
    const std::string_view entry = rest.substr(0, colon);
    more = colon != std::string_view::npos;
    rest.remove_prefix(more ? colon + 1 : rest.size());
    file.clear();
    if (!entry.starts_with('/')) file.append(directory).append("/");
    file.append(entry).append("/").append(name);
    const Match found = match(file);
    if (found == Match::kProgram) return file;
    if (found == Match::kForbidden && forbidden.empty()) forbidden = file;
  }
  if (!forbidden.empty()) return Error(ErrorCode::kInvalid, forbidden + " is not executable");
  return Error(ErrorCode::kNotFound, "no program named '" + std::string(name) + "' in PATH");
}

}  // namespace sennit::proc
