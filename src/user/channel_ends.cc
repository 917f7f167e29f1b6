#include "user/channel_ends.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "user/command.h"

extern char** environ;

namespace sennit::user {
namespace {

constexpr int kConnectMs = 10'000;

Result<UniqueFd> duplicate(const UniqueFd& fd) {
  UniqueFd twin(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 3));
  if (!twin) return Error::from_errno("duplicate a descriptor", errno);
  return twin;
}

void do_not_block(const UniqueFd& fd) { ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK); }

struct Terminal {
  UniqueFd ours;
  UniqueFd theirs;
};

Result<Terminal> open_terminal(wire::TerminalSize size) {
  Terminal terminal;
  terminal.ours.reset(::open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!terminal.ours) return Error::from_errno("open a terminal (/dev/ptmx)", errno);
  int locked = 0;
  if (::ioctl(terminal.ours.get(), TIOCSPTLCK, &locked) != 0) return Error::from_errno("unlock a terminal", errno);
  terminal.theirs.reset(::ioctl(terminal.ours.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!terminal.theirs) return Error::from_errno("open the other side of a terminal", errno);
  termios settings{};
  if (::tcgetattr(terminal.theirs.get(), &settings) == 0) {
    settings.c_iflag |= IUTF8;
    ::tcsetattr(terminal.theirs.get(), TCSANOW, &settings);
  }
  set_size(terminal.ours, size);
  return terminal;
}

wire::StartCommand order_of(const wire::ChannelRequest& request, const ChannelWorld& world) {
  wire::StartCommand order{.argv = request.argv, .environment = world.environment, .directory = world.directory};
  order.environment.insert(order.environment.end(), request.environment.begin(), request.environment.end());
  if (!request.directory.empty()) order.directory = request.directory;
  return order;
}

Result<pid_t> start(wire::StartCommand order, const Streams& streams, const ChannelWorld& world) {
  if (!order.argv.empty()) return start_program(order, environ, streams, world.more_path);
  order.argv = {"bash"};
  const Result<pid_t> bash = start_program(order, environ, streams, world.more_path);
  if (bash || bash.error().code() != ErrorCode::kNotFound) return bash;
  order.argv = {"sh"};
  return start_program(order, environ, streams, world.more_path);
}

Result<ChannelEnds> open_on_terminal(const wire::ChannelRequest& request, const ChannelWorld& world) {
  SENNIT_ASSIGN(Terminal terminal, open_terminal(request.size));
  const int fd = terminal.theirs.get();
  ChannelEnds ends;
  ends.kind = ChannelEnds::Kind::kTerminal;
  SENNIT_ASSIGN(ends.pid,
                start(order_of(request, world), {.in = fd, .out = fd, .err = fd, .is_terminal = true}, world));
  SENNIT_ASSIGN(ends.input, duplicate(terminal.ours));
  do_not_block(terminal.ours);
  ends.outputs[0] = std::move(terminal.ours);
  return ends;
}

Result<ChannelEnds> open_on_pipes(const wire::ChannelRequest& request, const ChannelWorld& world) {
  SENNIT_ASSIGN(auto in, make_pipe());
  SENNIT_ASSIGN(auto out, make_pipe());
  SENNIT_ASSIGN(auto err, make_pipe());
  ChannelEnds ends;
  SENNIT_ASSIGN(ends.pid,
                start(order_of(request, world), {.in = in[0].get(), .out = out[1].get(), .err = err[1].get()}, world));
  ends.input = std::move(in[1]);
  ends.outputs = {std::move(out[0]), std::move(err[0])};
  do_not_block(ends.input);
  for (const UniqueFd& output : ends.outputs) do_not_block(output);
  return ends;
}

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

// Numbers only: what a static program could look names up with is not to be had in everybody's image.
Result<Address> address_of(const std::string& host, std::uint32_t port) {
  Address address;
  const auto number = htons(static_cast<std::uint16_t>(port));
  sockaddr_in four{.sin_family = AF_INET, .sin_port = number, .sin_addr = {}, .sin_zero = {}};
  if (::inet_pton(AF_INET, host.c_str(), &four.sin_addr) == 1) {
    std::memcpy(&address.storage, &four, address.size = sizeof four);
    return address;
  }
  sockaddr_in6 six{};
  six.sin6_family = AF_INET6;
  six.sin6_port = number;
  if (::inet_pton(AF_INET6, host.c_str(), &six.sin6_addr) == 1) {
    std::memcpy(&address.storage, &six, address.size = sizeof six);
    return address;
  }
  return Error(ErrorCode::kNotFound, "'" + host + "' is no address");
}

Result<void> finish_connecting(const UniqueFd& socket, const std::string& where) {
  pollfd state{.fd = socket.get(), .events = POLLOUT, .revents = 0};
  int count = 0;
  while ((count = ::poll(&state, 1, kConnectMs)) < 0 && errno == EINTR) {
  }
  if (count == 0) return Error(ErrorCode::kTimeout, "connect to " + where + ": no answer");
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return Error::from_errno("connect to " + where, error);
  return {};
}

Result<UniqueFd> connect_to(const std::string& host, std::uint32_t port, int type) {
  const std::string where = host + ":" + std::to_string(port);
  SENNIT_ASSIGN(const Address address, address_of(host, port));
  UniqueFd socket(::socket(address.storage.ss_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return Error::from_errno("make a socket", errno);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0) {
    if (errno != EINPROGRESS) return Error::from_errno("connect to " + where, errno);
    SENNIT_TRY(finish_connecting(socket, where));
  }
  const int on = 1;
  if (type == SOCK_STREAM) ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

// Servers that were told "localhost" listen on either loopback.
Result<UniqueFd> connect_here(std::uint32_t port, int type) {
  Result<UniqueFd> socket = connect_to("127.0.0.1", port, type);
  if (socket || type != SOCK_STREAM) return socket;
  Result<UniqueFd> other = connect_to("::1", port, type);
  return other ? std::move(other) : std::move(socket);
}

}  // namespace

void reset_at_close(const UniqueFd& socket) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

void set_size(const UniqueFd& terminal, wire::TerminalSize size) {
  if (size == wire::TerminalSize()) return;
  winsize window{};
  window.ws_row = static_cast<unsigned short>(size.rows);
  window.ws_col = static_cast<unsigned short>(size.columns);
  ::ioctl(terminal.get(), TIOCSWINSZ, &window);
}

Result<ChannelEnds> open_command(const wire::ChannelRequest& request, const ChannelWorld& world) {
  return request.terminal ? open_on_terminal(request, world) : open_on_pipes(request, world);
}

Result<ChannelEnds> open_port(const wire::ChannelRequest& request) {
  if (request.port == 0 || request.port > 65535) return Error(ErrorCode::kInvalid, "a port is a number up to 65535");
  const bool datagrams = request.kind == wire::ChannelRequest::Kind::kUdp;
  const int type = datagrams ? SOCK_DGRAM : SOCK_STREAM;
  ChannelEnds ends;
  ends.kind = datagrams ? ChannelEnds::Kind::kDatagrams : ChannelEnds::Kind::kStream;
  SENNIT_ASSIGN(ends.input,
                request.host.empty() ? connect_here(request.port, type) : connect_to(request.host, request.port, type));
  SENNIT_ASSIGN(ends.outputs[0], duplicate(ends.input));
  return ends;
}

}  // namespace sennit::user
