#include "launch/credential_files.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include "base/unique_fd.h"
#include "base/write_all.h"

namespace sennit::launch {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSharedMemory = "/dev/shm";

bool is_in_memory(const char* path) {
  struct statfs info {};
  return ::statfs(path, &info) == 0 && (info.f_type == TMPFS_MAGIC || info.f_type == RAMFS_MAGIC);
}

Error failed(const char* doing, const std::string& path) {
  const int number = errno;
  return Error::from_errno(std::string(doing) + " " + path, number);
}

// Whether it is a directory of ours that nobody else can enter. In /dev/shm anybody may have made one of that name.
bool is_private(const std::string& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) return false;
  return S_ISDIR(info.st_mode) && info.st_uid == ::geteuid() && (info.st_mode & 0777) == 0700;
}

Result<void> make_private(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0) return {};
  if (errno != EEXIST) return failed("make", path);
  if (is_private(path)) return {};
  return Error(ErrorCode::kConflict, path + " is there and is no directory of ours alone (0700)");
}

Result<std::string> first_place(const std::vector<std::string>& places) {
  Result<void> made = Error(ErrorCode::kIo, "there is no place for the files of credentials");
  for (const std::string& place : places) {
    made = make_private(place);
    if (made) return place;
  }
  return std::move(made).error().in("keep files of credentials");
}

Result<void> write_file(const std::string& path, std::string_view bytes) {
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0400));
  if (!file) return failed("make", path);
  return write_all(file.get(), bytes, "write " + path);
}

// Links are removed and not followed.
void remove_all(const std::string& path) {
  std::error_code ignored;
  fs::remove_all(path, ignored);
}

}  // namespace

std::vector<std::string> CredentialFiles::places(InstanceId instance, const std::string& fallback) {
  const std::string attempt = to_string(AttemptId{.instance = instance, .workflow = {}, .task = {}, .number = 0});
  const std::string name =
      "sennit-" + std::to_string(::geteuid()) + "-" + attempt.substr(0, attempt.find('-')) + ".credentials";
  std::vector<std::string> places;
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  if (runtime != nullptr && *runtime == '/' && is_in_memory(runtime))
    places.push_back(std::string(runtime) + "/" + name);
  if (is_in_memory(kSharedMemory)) places.push_back(std::string(kSharedMemory) + "/" + name);
  places.push_back(fallback + "/" + name);
  return places;
}

Result<CredentialFiles> CredentialFiles::write(const std::vector<std::string>& places, const AttemptId& attempt,
                                               const std::vector<CredentialUse>& uses, const CredentialValues& values) {
  CredentialFiles files;
  std::set<std::string_view> targets;
  for (const CredentialUse& use : uses) {
    if (use.mount_dir.empty()) continue;
    const auto given = values.find(use.credential);
    if (given == values.end()) {
      return Error(ErrorCode::kInvalid, "the credential '" + use.credential + "' came without its values");
    }
    if (!targets.insert(use.mount_dir).second) {
      return Error(ErrorCode::kInvalid, "two credentials are to be files in " + use.mount_dir);
    }
    if (files.directory_.empty()) {
      SENNIT_ASSIGN(const std::string place, first_place(places));
      files.directory_ = place + "/" + to_string(attempt);
      remove_all(files.directory_);
      SENNIT_TRY(make_private(files.directory_));
    }
    const std::string directory = files.directory_ + "/" + std::to_string(files.mounts_.size());
    SENNIT_TRY(make_private(directory));
    files.mounts_.push_back({.source = directory, .target = use.mount_dir});
    for (const auto& [key, value] : given->second.payload) SENNIT_TRY(write_file(directory + "/" + key, value));
  }
  return files;
}

void CredentialFiles::sweep(const std::vector<std::string>& places) {
  for (const std::string& place : places) {
    if (is_private(place)) remove_all(place);
  }
}

CredentialFiles::CredentialFiles(CredentialFiles&& other) noexcept
    : directory_(std::exchange(other.directory_, {})), mounts_(std::exchange(other.mounts_, {})) {}

CredentialFiles& CredentialFiles::operator=(CredentialFiles&& other) noexcept {
  std::swap(directory_, other.directory_);
  std::swap(mounts_, other.mounts_);
  return *this;
}

CredentialFiles::~CredentialFiles() {
  if (!directory_.empty()) remove_all(directory_);
}

}  // namespace sennit::launch
