#include "launch/sandbox_view.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>

#include "base/write_all.h"

namespace sennit::launch {
namespace {

// Each is a mount, and each mount makes the next one dearer: 500 take about 0.1 s.
constexpr std::size_t kMostEntries = 500;

// What the system is made of. A task that was written for a container and installs something there is told no.
constexpr std::array<std::string_view, 10> kOfTheSystem = {"/bin",    "/etc", "/lib",  "/lib32", "/lib64",
                                                           "/libx32", "/opt", "/sbin", "/usr",   "/var"};
// Made in another way than by a bind of what the host has, or of no use to a task.
constexpr std::array<std::string_view, 6> kOurs = {"/boot", "/dev", "/lost+found", "/osmo", "/proc", "/tmp"};
// Empty on most hosts, and nobody's place for results.
constexpr std::array<std::string_view, 4> kOftenEmpty = {"/media", "/mnt", "/opt", "/srv"};
// Where what is put in stays in the sandbox.
constexpr std::array<std::string_view, 3> kPrivate = {"/osmo", "/tmp", "/var/tmp"};
constexpr std::array<std::string_view, 3> kOfTheKernel = {"/dev", "/proc", "/sys"};

bool is_at_or_below(std::string_view path, std::string_view directory) {
  return path.starts_with(directory) && (path.size() == directory.size() || path[directory.size()] == '/');
}

template <class Directories>
bool is_in(std::string_view path, const Directories& directories) {
  return std::ranges::any_of(directories, [&](std::string_view one) { return is_at_or_below(path, one); });
}

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

bool exists(const std::string& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0;
}

bool is_directory(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

Result<std::vector<std::string>> names_in(const std::string& directory) {
  std::vector<std::string> names;
  DIR* stream = ::opendir(directory.c_str());
  if (stream == nullptr) return Error::from_errno("look into " + directory, errno);
  while (const dirent* entry = ::readdir(stream)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  ::closedir(stream);
  std::ranges::sort(names);
  return names;
}

// A mount costs a quarter of a millisecond, so there is none for what nobody misses.
bool needs_no_mount(const std::string& path, bool is_file) {
  std::error_code error;
  return is_file || (is_in(path, kOftenEmpty) && std::filesystem::is_empty(path, error) && !error);
}

std::string target_of(const std::string& link) {
  std::error_code error;
  const std::string target = std::filesystem::read_symlink(link, error).string();
  return error ? "/nowhere" : target;
}

Error nowhere(const std::string& path, std::string_view why) {
  return {ErrorCode::kInvalid, fmt::format("nothing can be put at {} in a sandbox: {}", path, why)};
}

}  // namespace

SandboxView::SandboxView(const SandboxKind& kind) {
  // The first process inside is sennit-user, which reaps; all of them end with it, and it with bubblewrap.
  add({kind.bwrap, "--die-with-parent"});
  if (kind.own_processes) add({"--unshare-pid", "--as-pid-1"});
  arguments_.reserve(160);
  add({"--dev-bind", "/dev", "/dev"});
  if (kind.own_processes) {
    add({"--proc", "/proc"});
  } else {
    add({"--dev-bind", "/proc", "/proc"});
  }
  // Of bubblewrap 0.5 and later; where it is older, the first try says so.
  add({"--perms", "0755", "--dir", "/osmo"});
  add({"--ro-bind", kind.inside, kInsidePath});
  if (kind.program.empty()) return;
  add({"--ro-bind-try", kind.program, kProgramPath});
  add({"--symlink", "sennit", "/osmo/usr/bin/osmo"});
}

void SandboxView::add(std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) arguments_.emplace_back(word);
}

Result<void> SandboxView::show_entries(const std::string& directory) {
  SENNIT_ASSIGN(const std::vector<std::string> names, names_in(directory));
  if (names.size() > kMostEntries) {
    return nowhere(directory,
                   fmt::format("it has {} entries, and with a new one beside them each would have to be shown one by "
                               "one; another directory, such as /tmp, or a container has room",
                               names.size()));
  }
  for (const std::string& name : names) {
    const std::string path = directory == "/" ? "/" + name : directory + "/" + name;
    const bool at_top = directory == "/";
    struct stat info {};
    if ((at_top && std::ranges::find(kOurs, path) != kOurs.end()) || ::lstat(path.c_str(), &info) != 0) continue;
    if (S_ISLNK(info.st_mode)) {
      add({"--symlink", target_of(path), path});
    } else if (at_top && needs_no_mount(path, !S_ISDIR(info.st_mode))) {
      if (S_ISDIR(info.st_mode)) make(path);
    } else {
      bind(path, path, is_in(path, kOfTheSystem) ? Access::kRead : Access::kWrite);
    }
  }
  return {};
}

// The directory that must be shown entry by entry so that `path` can be in it; "": none.
Result<std::string> SandboxView::directory_to_open(const std::string& path) const {
  if (is_in(path, kPrivate) && !is_in(path, kept_)) return std::string();
  if (path == "/" || is_in(path, kOfTheKernel)) return nowhere(path, "that is the kernel's");
  if (exists(path)) return std::string();
  std::string directory = parent_of(path);
  while (!exists(directory)) directory = parent_of(directory);
  if (!is_directory(directory)) return nowhere(path, directory + " is a file on this host");
  return directory == "/" ? std::string() : directory;
}

Result<void> SandboxView::show_host() { return show_entries("/"); }

Result<void> SandboxView::open_for(const std::vector<std::string>& made) {
  std::set<std::string> opened;  // in an order that has a directory before those in it
  for (const std::string& path : made) {
    SENNIT_ASSIGN(std::string directory, directory_to_open(path));
    if (!directory.empty()) opened.insert(std::move(directory));
  }
  for (const std::string& directory : opened) {
    hide(directory);
    SENNIT_TRY(show_entries(directory));
  }
  return {};
}

void SandboxView::use_tmp(const std::string& directory) {
  bind(directory, "/tmp", Access::kWrite);
  // Where it is a link, it leads to the other one.
  if (is_directory("/var/tmp") && resolved("/var/tmp") == "/var/tmp") bind(directory, "/var/tmp", Access::kWrite);
}

void SandboxView::keep_writable(const std::string& directory) {
  std::error_code error;
  const std::string path = std::filesystem::weakly_canonical(directory, error).string();
  if (error || path == "/tmp" || path == "/var/tmp" || !is_directory(path)) return;
  const auto keep = [&](const std::string& name) {
    bind(path, name, Access::kWrite);
    kept_.push_back(name);
  };
  if (is_in(path, kPrivate) || is_in(path, kOfTheSystem)) keep(path);
  if (path != directory && is_in(directory, kPrivate)) keep(directory);  // by the name that it is called by
}

void SandboxView::bind(const std::string& source, const std::string& path, Access access) {
  add({access == Access::kWrite ? "--bind-try" : "--ro-bind-try", source, path});
}

void SandboxView::hide(const std::string& directory) { add({"--tmpfs", directory}); }
void SandboxView::make(const std::string& directory) { add({"--dir", directory}); }

Result<void> SandboxView::place(const PlacedFile& file) {
  UniqueFd memory(::memfd_create("sennit-file", MFD_CLOEXEC));
  if (!memory) return Error::from_errno("make a file in memory for " + file.path, errno);
  SENNIT_TRY(write_all(memory.get(), file.bytes, "keep the file " + file.path + " in memory"));
  ::lseek(memory.get(), 0, SEEK_SET);
  add({"--perms", fmt::format("{:04o}", file.mode), "--ro-bind-data", std::to_string(memory.get()), file.path});
  files_.push_back(std::move(memory));
  return {};
}

std::string SandboxView::resolved(const std::string& path) {
  if (is_in(path, kPrivate)) return path;  // what the host has there is not what the sandbox has
  std::error_code error;
  const std::filesystem::path found = std::filesystem::weakly_canonical(path, error);
  return error ? path : found.string();
}

}  // namespace sennit::launch
