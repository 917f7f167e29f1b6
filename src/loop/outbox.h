// Bytes on their way into a non-blocking socket.
//
// Threads: any one. Ownership: the socket is borrowed for each write.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace sennit::loop {

class Outbox {
 public:
  // To append to. What is there is not to be touched.
  std::string& tail() { return bytes_; }
  std::size_t size() const { return bytes_.size() - sent_; }
  void clear();
  // Everything that has not left yet, for somebody else to send.
  std::string take();

  enum class Written : std::uint8_t { kAll, kSocketFull };
  // Writes as much as the socket takes. Fails: as send(2).
  Result<Written> write_to(const UniqueFd& socket);

 private:
  std::string bytes_;
  std::size_t sent_ = 0;
};

}  // namespace sennit::loop
