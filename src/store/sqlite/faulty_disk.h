// For tests: a disk on which the n-th write to a write-ahead log fails. While one exists, databases that are opened by
// this process lie on it.
//
// Threads: made and used on one; the databases' threads may write meanwhile.
#pragma once

#include <cstdint>

namespace sennit::store {

enum class FaultKind : std::uint8_t {
  kNoSpace,     // refused, nothing written
  kIoError,     // refused, nothing written
  kShortWrite,  // half of it is written, then the disk is full
};

class FaultyDisk {
 public:
  FaultyDisk();
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  // The nth write from now on fails (1: the next), and all after it.
  void fail_write(int nth, FaultKind kind);
  bool has_failed() const;
  void recover();
};

}  // namespace sennit::store
