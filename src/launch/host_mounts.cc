#include "launch/host_mounts.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "launch/normal_path.h"

namespace sennit::launch {
namespace {

Result<HostMount> parse(const std::string& mount, const std::string& field) {
  const std::size_t colon = mount.find(':');
  const std::string target = colon == std::string::npos ? mount : mount.substr(colon + 1);
  HostMount parsed;
  SENNIT_ASSIGN(parsed.source, normal_path(mount.substr(0, colon), field));
  SENNIT_ASSIGN(parsed.path, normal_path(target, field));
  if (::access(parsed.source.c_str(), F_OK) != 0) return Error::from_errno(field + ": " + parsed.source, errno);
  return parsed;
}

}  // namespace

Result<std::vector<HostMount>> host_mounts(const TaskBody& body) {
  std::vector<HostMount> mounts;
  for (const std::string& mount : body.volume_mounts) {
    SENNIT_ASSIGN(HostMount parsed, parse(mount, "volumeMounts"));
    mounts.push_back(std::move(parsed));
  }
  for (const std::string& mount : body.platform_mounts) {
    SENNIT_ASSIGN(HostMount parsed, parse(mount, "default_mounts of its platform"));
    if (std::ranges::find(mounts, parsed.path, &HostMount::path) == mounts.end()) mounts.push_back(std::move(parsed));
  }
  return mounts;
}

}  // namespace sennit::launch
