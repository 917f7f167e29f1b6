#include "wire/listener.h"

#include <utility>

namespace sennit::wire {

Result<Listener> Listener::open(loop::Loop& loop, const std::string& path, loop::Callback<void(UniqueFd)> on_accept) {
  SENNIT_ASSIGN(loop::UnixListener listener,
                loop::UnixListener::open(loop, path,
                                         [on_accept = std::move(on_accept)](UniqueFd socket, loop::Peer peer) mutable {
                                           if (peer.is_us()) on_accept(std::move(socket));
                                         }));
  return Listener(std::move(listener));
}

Result<UniqueFd> connect(const std::string& path) { return loop::connect_unix(path); }

}  // namespace sennit::wire
