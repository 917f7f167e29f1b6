#include "cli/forward/listeners.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>

#include <array>
#include <cerrno>
#include <memory>
#include <optional>
#include <utility>

namespace sennit::cli {
namespace {

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

Result<Addresses> addresses_of(const std::string& host, int type) {
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE;
  hints.ai_socktype = type;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (error != 0) return Error(ErrorCode::kNotFound, fmt::format("--host {}: {}", host, ::gai_strerror(error)));
  return Addresses(found, &::freeaddrinfo);
}

std::uint16_t port_of(const sockaddr_storage& address) {
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                                             : reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

void set_port(sockaddr& address, std::uint16_t port) {
  auto& field = address.sa_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(address).sin6_port
                                              : reinterpret_cast<sockaddr_in&>(address).sin_port;
  field = htons(port);
}

Result<LocalSocket> open_at(const addrinfo& info, std::uint16_t& port) {
  UniqueFd fd(::socket(info.ai_family, info.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return Error::from_errno("make a socket", errno);
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (info.ai_family == AF_INET6) ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  set_port(*info.ai_addr, port);
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  if (::bind(fd.get(), info.ai_addr, info.ai_addrlen) != 0 ||
      (info.ai_socktype == SOCK_STREAM && ::listen(fd.get(), SOMAXCONN) != 0)) {
    const int error = errno;
    if (error == EADDRINUSE) return Error(ErrorCode::kConflict, fmt::format("local port {} is in use", port));
    return Error::from_errno(fmt::format("listen on port {}", port), error);
  }
  ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&bound), &size);
  port = port_of(bound);
  return LocalSocket{.fd = std::move(fd), .address = text_of(bound)};
}

// A machine without IPv6 has "localhost" at one address only.
bool is_absent(const Error& error) { return error.code() == ErrorCode::kIo || error.code() == ErrorCode::kInvalid; }

}  // namespace

Result<std::vector<LocalSocket>> open_local(const std::string& host, std::uint16_t port, Protocol protocol) {
  SENNIT_ASSIGN(const Addresses addresses, addresses_of(host, protocol == Protocol::kTcp ? SOCK_STREAM : SOCK_DGRAM));
  std::vector<LocalSocket> sockets;
  std::optional<Error> failure;
  for (addrinfo* info = addresses.get(); info != nullptr; info = info->ai_next) {
    Result<LocalSocket> socket = open_at(*info, port);
    if (socket) {
      sockets.push_back(std::move(*socket));
    } else if (!is_absent(socket.error())) {
      return std::move(socket).error();
    } else {
      failure = std::move(socket).error();
    }
  }
  if (sockets.empty())
    return failure.value_or(Error(ErrorCode::kNotFound, fmt::format("--host {} has no address", host)));
  return sockets;
}

std::string text_of(const sockaddr_storage& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.ss_family == AF_INET6) {
    const auto& six = reinterpret_cast<const sockaddr_in6&>(address);
    ::inet_ntop(AF_INET6, &six.sin6_addr, text.data(), text.size());
    return fmt::format("[{}]:{}", text.data(), port_of(address));
  }
  const auto& four = reinterpret_cast<const sockaddr_in&>(address);
  ::inet_ntop(AF_INET, &four.sin_addr, text.data(), text.size());
  return fmt::format("{}:{}", text.data(), port_of(address));
}

}  // namespace sennit::cli
