// A lock on a file that says "somebody of this kind lives here": held as long as any process has it open.
//
// It is flock(2): it goes with the open file, so that a forked child shares it and the kernel drops it with the last
// holder, however that ended. The file stays; only the lock counts.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace sennit::proc {

class FileLock {
 public:
  // Takes the lock without waiting. The file is made (0600) if it is not there. Fails: kConflict (held), kIo.
  static Result<FileLock> take(const std::string& path);

  enum class State : std::uint8_t { kFree, kHeld };
  // Whether somebody holds it now. Never blocks; makes no file.
  static Result<State> probe(const std::string& path);

  // Lets go in this process only: those who share it keep it.
  void drop() { fd_.reset(); }

 private:
  explicit FileLock(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace sennit::proc
