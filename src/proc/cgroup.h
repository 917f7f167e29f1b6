// Control groups (cgroup v2): who is started in one stays in it with all descendants, whatever they do with sessions,
// process groups and their environment, and one write ends them all.
//
// No controller is switched on here: a Cgroup only holds processes together (proc/limits.h has those that limit).
// Making and removing one costs 80 us, a fifth of starting a small program; so they are kept for the next, unless they
// were killed: Linux (6.18 at least) kills whoever is born in a cgroup that has ever been killed.
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
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace sennit::proc {

class Cgroup {
 public:
  Cgroup() = default;  // none: holds nobody, and nothing can be started in it
  Cgroup(UniqueFd directory, UniqueFd events, std::size_t number = 0)
      : directory_(std::move(directory)), events_(std::move(events)), number_(number) {}

  explicit operator bool() const { return static_cast<bool>(directory_); }
  int fd() const { return directory_.get(); }  // for SpawnRequest::cgroup; -1: none
  UniqueFd directory() const;                  // once more; empty: none

  bool is_empty() const;  // nobody runs in it, nor in a cgroup below
  void await_empty(std::chrono::milliseconds patience) const;
  void kill();  // SIGKILL to all of them at once, also to those that are about to fork
  bool was_killed() const { return killed_; }
  std::size_t number() const { return number_; }  // its name in the tree

  // All of them stand still, and go on; SIGKILL ends them meanwhile as well. False: the kernel would not.
  bool freeze() const { return write_file("cgroup.freeze", "1"); }
  bool thaw() const { return write_file("cgroup.freeze", "0"); }

  // SIGTERM to those who are not of the process group `group`, which has its own.
  void terminate_others(pid_t group) const;

 private:
  bool write_file(const char* name, std::string_view text) const;

  UniqueFd directory_;
  UniqueFd events_;
  std::size_t number_ = 0;
  bool killed_ = false;
};

class CgroupTree {
 public:
  // A directory `name` below the cgroup that we run in, tried out with a process of its own. Fails with kUnavailable
  // where there is no cgroup v2, Linux is older than 5.14, we may not make one, or may not start anybody in it.
  static Result<CgroupTree> open(const std::string& name);
  // The same with the directory's path.
  static Result<CgroupTree> open_at(const std::string& path);

  Cgroup take();            // an empty one; none when we are out of descriptors
  void end(Cgroup cgroup);  // kills whoever is left in it; one that nobody was killed in is used again

  const std::string& path() const { return path_; }

 private:
  explicit CgroupTree(std::string path) : path_(std::move(path)) {}
  void remove_ended();
  std::string directory_of(std::size_t number) const { return path_ + "/" + std::to_string(number); }

  std::string path_;
  std::size_t made_ = 0;
  std::vector<Cgroup> free_;   // empty, and never killed
  std::deque<Cgroup> ending_;  // killed, to be removed once they are empty; the oldest first
};

// Ends everybody in the tree `name` below the cgroup that we run in, and removes it. Waits for their end for at most a
// second. Nothing happens where there is no such tree.
void end_cgroup_tree(const std::string& name);
void end_cgroup_tree_at(const std::string& path);

}  // namespace sennit::proc
