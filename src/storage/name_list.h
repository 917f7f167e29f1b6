// The names that a transfer is for, as a file that rclone reads: in memory, so that nothing is left behind by whatever
// end we come to.
//
// Threads: any. Ownership: the file lives as long as the object; a child opens it by our process's number.
#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace sennit::storage {

class NameList {
 public:
  // Names with a newline must not be among them. Fails: kExhausted, kIo.
  static Result<NameList> make(std::span<const std::string> names);
  std::string path() const;

 private:
  explicit NameList(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

// The path under which a child finds what we have open.
std::string path_of_open(int fd);

}  // namespace sennit::storage
