// Sockets of this machine that a forwarded port is reached by: TCP listeners and UDP sockets at a host's addresses.
//
// Threads: any to make them.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace sennit::cli {

enum class Protocol : std::uint8_t { kTcp, kUdp };

struct LocalSocket {
  UniqueFd fd;          // does not block; listening, if it is TCP
  std::string address;  // "127.0.0.1:8080", as it came to be
};

// One for each address of `host` ("localhost" has two), at one port. With port 0 a free one, the same for all.
// Fails: kConflict (in use), kNotFound (no such host), kIo.
Result<std::vector<LocalSocket>> open_local(const std::string& host, std::uint16_t port, Protocol protocol);

// "127.0.0.1:8080", "[::1]:8080".
std::string text_of(const sockaddr_storage& address);

}  // namespace sennit::cli
