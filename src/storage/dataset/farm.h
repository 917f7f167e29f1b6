// A directory of links, each to an open file of ours: how files are sent under other names than their own, without a
// copy and without anybody being able to put another file in their places. Removed with the object.
//
// Threads: any; blocking. Errors: those of the system.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "storage/dataset/bucket.h"
#include "storage/local_tree.h"

namespace sennit::storage {

// A directory below $TMPDIR or /tmp, for us alone, gone with what is in it when this is destroyed.
class TemporaryDirectory {
 public:
  static Result<TemporaryDirectory> make();
  TemporaryDirectory(TemporaryDirectory&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TemporaryDirectory& operator=(TemporaryDirectory&&) = delete;
  ~TemporaryDirectory();
  const std::string& path() const { return path_; }

 private:
  explicit TemporaryDirectory(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

// What there is to send, with links in `directory`; the files stay open until it is sent.
Result<SendPlan> plan_farm(const TemporaryDirectory& directory, std::span<const Outgoing> files);

}  // namespace sennit::storage
