// Control groups of version 1, one for each attempt that has a limit: a child puts itself into one before it becomes
// its program (SpawnRequest::enter).
//
// A process that writes 0 to `tasks` moves itself, which spares the kernel the lock over all processes of the host that
// moving another one takes. Making and removing one costs 160 us for memory, 70 us for processors (Linux 6.18).
//
// Threads:   any one at a time.
// Ownership: a CgroupV1 is its open files; the directory is the tree's, which leaves it to end_cgroup_v1_tree.
#pragma once

#include <cstddef>
#include <deque>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace sennit::proc {

class CgroupV1 {
 public:
  CgroupV1() = default;  // none
  CgroupV1(UniqueFd directory, UniqueFd tasks, std::size_t number)
      : directory_(std::move(directory)), tasks_(std::move(tasks)), number_(number) {}

  explicit operator bool() const { return static_cast<bool>(directory_); }
  int directory() const { return directory_.get(); }
  int entry() const { return tasks_.get(); }  // for SpawnRequest::enter
  std::size_t number() const { return number_; }

 private:
  UniqueFd directory_;
  UniqueFd tasks_;
  std::size_t number_ = 0;  // its name in the tree
};

class CgroupV1Tree {
 public:
  // A directory `name` below our cgroup in the hierarchy of `controller`. Fails with kUnavailable where there is no
  // such hierarchy or we may not make one.
  static Result<CgroupV1Tree> open(const std::string& controller, const std::string& name);

  Result<CgroupV1> make();
  void end(CgroupV1 cgroup);  // kills whoever is left in it

  const std::string& path() const { return path_; }

 private:
  explicit CgroupV1Tree(std::string path) : path_(std::move(path)) {}
  std::string directory_of(std::size_t number) const { return path_ + "/" + std::to_string(number); }
  void remove_ended();

  std::string path_;
  std::size_t made_ = 0;
  std::deque<CgroupV1> ending_;  // somebody is on the way out; the oldest first
};

// As end_cgroup_tree.
void end_cgroup_v1_tree(const std::string& controller, const std::string& name);

}  // namespace sennit::proc
