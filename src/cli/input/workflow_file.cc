#include "cli/input/workflow_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "base/unique_fd.h"
#include "spec/suggest.h"

namespace sennit::cli {
namespace {

namespace fs = std::filesystem;

Error not_found(const std::string& path) {
  const fs::path wanted(path);
  const fs::path folder = wanted.has_parent_path() ? wanted.parent_path() : fs::path(".");
  std::error_code failed;
  if (!fs::is_directory(folder, failed)) {
    return Error(ErrorCode::kNotFound, fmt::format("there is no directory '{}'", folder.string()));
  }
  const std::string name = wanted.filename().string();
  spec::Nearest nearest(name);
  for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed)) {
    if (!entry->is_directory(failed)) nearest.consider(entry->path().filename().string());
  }
  std::string message = fmt::format("there is no file '{}'", path);
  if (!nearest.result().empty()) {
    const fs::path meant = wanted.has_parent_path() ? folder / nearest.result() : fs::path(nearest.result());
    message += fmt::format("; did you mean '{}'?", meant.string());
  }
  return Error(ErrorCode::kNotFound, std::move(message));
}

Result<UniqueFd> open_file(const std::string& path) {
  UniqueFd fd(path == "-" ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd) return fd;
  if (errno == ENOENT || errno == ENOTDIR) return not_found(path);
  return Error::from_errno(fmt::format("read '{}'", path), errno);
}

Result<std::string> read_all(const UniqueFd& fd, const std::string& path, std::uint64_t max_bytes) {
  std::string text;
  struct stat facts {};
  if (::fstat(fd.get(), &facts) == 0 && S_ISREG(facts.st_mode))
    text.reserve(static_cast<std::size_t>(facts.st_size) + 1);
  std::array<char, 64 * 1024> buffer;
  for (;;) {
    const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
    if (got == 0) return text;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EISDIR) {
      return Error(ErrorCode::kInvalid, fmt::format("'{}' is a directory; name a workflow file in it", path));
    }
    if (got < 0) return Error::from_errno(fmt::format("read '{}'", path), errno);
    text.append(buffer.data(), static_cast<std::size_t>(got));
    if (text.size() > max_bytes) {
      return Error(ErrorCode::kInvalid,
                   fmt::format("'{}' is bigger than {} bytes, the limit file_size", path, max_bytes));
    }
  }
}

}  // namespace

Result<WorkflowFile> read_workflow_file(const std::string& path, const std::string& current_directory,
                                        std::uint64_t max_bytes) {
  SENNIT_ASSIGN(const UniqueFd fd, open_file(path));
  SENNIT_ASSIGN(std::string text, read_all(fd, path == "-" ? "standard input" : path, max_bytes));
  WorkflowFile file{.name = path == "-" ? "<stdin>" : path, .text = std::move(text), .directory = current_directory};
  if (path != "-") {
    const fs::path absolute = fs::path(current_directory) / path;
    file.directory = absolute.lexically_normal().parent_path().string();
  }
  return file;
}

}  // namespace sennit::cli
