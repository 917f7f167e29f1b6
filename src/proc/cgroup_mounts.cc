#include "proc/cgroup_mounts.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

namespace sennit::proc {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

bool lists(std::string_view comma_list, std::string_view word) {
  for (const std::string_view part : split(comma_list, ',')) {
    if (part == word) return true;
  }
  return false;
}

struct Mount {
  std::string_view root;  // of the hierarchy, as seen at `point`
  std::string_view point;
};

// 30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw
// 34 24 0:30 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
std::optional<Mount> find_mount(std::string_view controller, std::string_view mounts) {
  for (const std::string_view line : split(mounts, '\n')) {
    const std::size_t dash = line.find(" - ");
    if (dash == std::string_view::npos) continue;
    const std::vector<std::string_view> front = split(line.substr(0, dash), ' ');
    const std::vector<std::string_view> back = split(line.substr(dash + 3), ' ');
    if (front.size() < 5 || back.size() < 3) continue;
    const bool found = controller.empty() ? back[0] == "cgroup2" : back[0] == "cgroup" && lists(back[2], controller);
    if (found) return Mount{front[3], front[4]};
  }
  return std::nullopt;
}

// 0::/user.slice/session-1.scope
// 4:memory:/docker/3f9c
std::optional<std::string_view> find_group(std::string_view controller, std::string_view groups) {
  for (const std::string_view line : split(groups, '\n')) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) continue;
    const std::string_view names = line.substr(first + 1, second - first - 1);
    const bool found = controller.empty() ? line.starts_with("0::") : lists(names, controller);
    if (found && !line.ends_with(" (deleted)")) return line.substr(second + 1);
  }
  return std::nullopt;
}

std::string text_of(const char* path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

std::vector<std::string> CgroupPlace::directories() const {
  std::vector<std::string> all;
  for (std::string at = own; at.size() >= mount.size(); at.resize(at.rfind('/'))) {
    all.push_back(at);
    if (at.size() == mount.size()) break;
  }
  return all;
}

std::optional<CgroupPlace> cgroup_place(std::string_view controller, std::string_view mounts, std::string_view groups) {
  const std::optional<Mount> mount = find_mount(controller, mounts);
  std::optional<std::string_view> group = find_group(controller, groups);
  if (!mount || !group) return std::nullopt;
  // A container may see a part of it only; what lies outside is not ours to use.
  const std::string_view root = mount->root == "/" ? "" : mount->root;
  if (!group->starts_with(root)) return std::nullopt;
  group->remove_prefix(root.size());
  if (!group->empty() && group->front() != '/') return std::nullopt;
  std::string own(mount->point);
  if (*group != "/") own += *group;
  return CgroupPlace{std::string(mount->point), std::move(own)};
}

std::optional<CgroupPlace> cgroup_place(std::string_view controller) {
  return cgroup_place(controller, text_of("/proc/self/mountinfo"), text_of("/proc/self/cgroup"));
}

}  // namespace sennit::proc
