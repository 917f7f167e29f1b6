// Where we may make cgroups of version 2 that have limits.
//
// A cgroup hands controllers on to those below it only if nobody runs in itself. So the place is a cgroup above ours
// that does it already (a systemd slice of a user or of root), or ours, if all who run in it are Sennit: they move into
// one below it. The second is what a unit with `Delegate=yes` is for.
//
// Threads: at the start of a process that has the choice to itself; moves processes. Errors: kUnavailable, with what
// to do about it.
#pragma once

#include <string>

#include "base/result.h"
#include "proc/cgroup_mounts.h"

namespace sennit::proc {

struct Delegation {
  std::string directory;  // cgroups can be made in it
  bool memory = false;    // which controllers they get
  bool cpu = false;
};

// `home`: the name of the cgroup that those who run in ours move to.
Result<Delegation> find_delegation(const CgroupPlace& place, const std::string& home);

// Whoever moved into `home` below `directory` goes back, and `home` is removed: for the last one to need the place.
// Nothing happens where there is no such cgroup, or others still need it: they have cgroups below it, or below
// `directory` some that hand its controllers on.
void give_back_delegation(const std::string& directory, const std::string& home);

}  // namespace sennit::proc
