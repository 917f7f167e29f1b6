// Where the control groups of this process are: the directory of its cgroup in each hierarchy.
//
// There are hierarchies of version 1, each with controllers of its own, and one of version 2 for the other controllers;
// a machine may have both. Reads /proc; nothing is remembered.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sennit::proc {

struct CgroupPlace {
  std::string mount;  // where the hierarchy, or the part of it that we see, is mounted
  std::string own;    // the directory of our cgroup: the mount or one below it

  // `own` and the directories above it up to the mount, the nearest first.
  std::vector<std::string> directories() const;
};

// The place in the hierarchy of version 1 that has `controller` ("memory"), or in that of version 2 (""). Nothing if
// there is none, or our cgroup lies outside of what is mounted here.
std::optional<CgroupPlace> cgroup_place(std::string_view controller);
// The same from the texts of /proc/self/mountinfo and /proc/self/cgroup.
std::optional<CgroupPlace> cgroup_place(std::string_view controller, std::string_view mounts, std::string_view groups);

}  // namespace sennit::proc
