#include "storage/dataset/farm.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "storage/name_list.h"

namespace sennit::storage {

namespace fs = std::filesystem;

Result<TemporaryDirectory> TemporaryDirectory::make() {
  std::error_code failed;
  const fs::path base = fs::temp_directory_path(failed);
  std::string path = fmt::format("{}/sennit-XXXXXX", failed ? "/tmp" : base.c_str());
  if (::mkdtemp(path.data()) == nullptr) return Error::from_errno("make a temporary directory", errno);
  return TemporaryDirectory(std::move(path));
}

TemporaryDirectory::~TemporaryDirectory() {
  if (path_.empty()) return;
  std::error_code ignored;  // it lies where such things are cleaned up
  fs::remove_all(path_, ignored);
}

Result<SendPlan> plan_farm(const TemporaryDirectory& directory, std::span<const Outgoing> files) {
  SendPlan plan;
  SendPart part{.directory = UniqueFd(::open(directory.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)),
                .path = directory.path(),
                .names = {}};
  if (!part.directory) return Error::from_errno(fmt::format("open {}", directory.path()), errno);
  for (const Outgoing& file : files) {
    const std::string path = fmt::format("{}/{}", directory.path(), file.name);
    std::error_code failed;
    fs::create_directories(fs::path(path).parent_path(), failed);
    if (failed || ::symlink(path_of_open(file.fd).c_str(), path.c_str()) != 0) {
      return Error::from_errno(fmt::format("make the link {}", path), failed ? failed.value() : errno);
    }
    part.names.push_back(file.name);
    plan.bytes += file.size;
  }
  plan.files = part.names.size();
  plan.parts.push_back(std::move(part));
  return plan;
}

}  // namespace sennit::storage
