// Ends processes that are not our children by name, but by descent or by a mark in their environment: what the guard
// does when its agent is gone, and what is left to do when the guard was killed as well.
//
// Threads:   reap_* in a process with one thread (they collect any child). Blocking.
// Errors:    a process that cannot be read or killed (it ended meanwhile, it is another user's) is passed over.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <string_view>

#include "base/result.h"

namespace sennit::proc {

// Makes this process the one that orphans among its descendants fall to (PR_SET_CHILD_SUBREAPER).
Result<void> become_subreaper();

// Kills and reaps every descendant, as they fall to us, until there is none; returns how many were reaped. Only in a
// subreaper. A process that the kernel cannot end now (it waits for a device) is waited for.
std::size_t kill_descendants();

// Who has the value of its mark in this variable as well is the child of a container engine and outlives us: it is
// passed over by what follows, and ended by whoever asked the engine for it. (What such a process starts by a Sennit of
// its own has another mark.)
inline constexpr const char* kEngineMark = "SENNIT_CONTAINER";

// Kills those children of `parent` in whose initial environment `variable` has a value that `is_meant`; returns how
// many. Their own children fall to a subreaper as they die: where that is `parent`, a call that returns 0 has found the
// last of them. About 30 us, and 20 us for each child.
std::size_t kill_marked_children(pid_t parent, std::string_view variable,
                                 const std::function<bool(std::string_view value)>& is_meant);

// Kills every process of our user in whose initial environment `variable` has a value that `is_meant`, except ourselves
// and our ancestors, until a pass over /proc finds none; returns how many were killed. Survives setsid, double forks
// and everything but a program that clears its environment. About 20 us a process of the host.
std::size_t kill_marked(std::string_view variable, const std::function<bool(std::string_view value)>& is_meant);

// Likewise with another signal, each process once.
std::size_t signal_marked(int signal, std::string_view variable,
                          const std::function<bool(std::string_view value)>& is_meant);

}  // namespace sennit::proc
