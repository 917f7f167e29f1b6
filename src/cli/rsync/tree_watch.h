// Tells that something below a directory (or a file) has changed: inotify on each of its directories.
//
// What happened is not told: whoever listens looks at the tree. When the kernel's queue or the user's number of watches
// is not enough, `is_complete` says that changes may go untold.
//
// Threads: the loop's. Ownership: the loop outlives it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "loop/loop.h"

namespace sennit::cli {

class TreeWatch {
 public:
  // Links are not followed. Fails: kNotFound (nothing there), kExhausted (no more inotify instances).
  static Result<std::unique_ptr<TreeWatch>> open(loop::Loop& loop, const std::string& root,
                                                 std::function<void()> on_change);
  ~TreeWatch();
  TreeWatch(const TreeWatch&) = delete;
  TreeWatch& operator=(const TreeWatch&) = delete;

  bool is_complete() const;

 private:
  class Impl;
  explicit TreeWatch(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sennit::cli
