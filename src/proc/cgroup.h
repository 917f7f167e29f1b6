// Control groups (cgroup v2): who is started in one stays in it with all descendants, whatever they do with sessions,
// process groups and their environment, and one write ends them all.
//
// No controller is switched on here: a Cgroup only holds processes together. Making and removing one costs 80 us, a
// fifth of starting a small program; so they are kept for the next.
//
// Threads:   any one at a time.
// Ownership: a Cgroup is its open files; the directory is the tree's. CgroupTree leaves its directories to
//            end_cgroup_tree, which whoever outlives the owner of the tree calls as well.
// Errors:    where there is no cgroup, processes are held by their group alone; CgroupTree::open says why.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace sennit::proc {

class Cgroup {
 public:
  Cgroup() = default;  // none: holds nobody, and nothing can be started in it
  Cgroup(UniqueFd directory, UniqueFd events) : directory_(std::move(directory)), events_(std::move(events)) {}

  explicit operator bool() const { return static_cast<bool>(directory_); }
  int fd() const { return directory_.get(); }  // for SpawnRequest::cgroup; -1: none

  bool is_empty() const;  // nobody runs in it, nor in a cgroup below
  void await_empty(std::chrono::milliseconds patience) const;
  void kill() const;  // SIGKILL to all of them at once, also to those that are about to fork

  // SIGTERM to those who are not of the process group `group`, which has its own.
  void terminate_others(pid_t group) const;

 private:
  std::vector<pid_t> members() const;

  UniqueFd directory_;
  UniqueFd events_;
};

class CgroupTree {
 public:
  // A directory `name` below the cgroup that we run in, tried out with a process of its own. Fails with kUnavailable
  // where there is no cgroup v2, Linux is older than 5.14, we may not make one, or may not start anybody in it.
  static Result<CgroupTree> open(const std::string& name);

  Cgroup take();            // an empty one; none when we are out of descriptors
  void end(Cgroup cgroup);  // kills whoever is left in it; it is used again once they are gone

  const std::string& path() const { return path_; }

 private:
  explicit CgroupTree(std::string path) : path_(std::move(path)) {}
  void look_for_ended();

  std::string path_;
  std::size_t made_ = 0;
  std::vector<Cgroup> free_;   // empty
  std::deque<Cgroup> ending_;  // with somebody who was still dying when they were given back; the oldest first
};

// Ends everybody in the tree `name` below the cgroup that we run in, and removes it. Waits for their end for at most a
// second. Nothing happens where there is no such tree.
void end_cgroup_tree(const std::string& name);

}  // namespace sennit::proc
