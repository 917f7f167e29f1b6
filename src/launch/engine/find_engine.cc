#include "launch/engine/find_engine.h"

#include <cstdlib>
#include <string_view>

#include "loop/unix_socket.h"

namespace sennit::launch {

EngineHints EngineHints::of_this_process() { return {std::getenv("DOCKER_HOST"), std::getenv("XDG_RUNTIME_DIR")}; }

Result<std::vector<std::string>> engine_places(const EngineHints& hints) {
  constexpr std::string_view kUnix = "unix://";
  if (hints.docker_host != nullptr && *hints.docker_host != '\0') {
    const std::string_view host = hints.docker_host;
    if (!host.starts_with(kUnix) || !host.substr(kUnix.size()).starts_with('/')) {
      return Error(ErrorCode::kInvalid,
                   std::string("DOCKER_HOST is ")
                       .append(host)
                       .append(": only an engine of this host can be used, by unix:///its/socket"));
    }
    return std::vector<std::string>{std::string(host.substr(kUnix.size()))};
  }
  std::vector<std::string> places{"/var/run/docker.sock"};
  if (hints.runtime_dir != nullptr && *hints.runtime_dir == '/') {
    places.push_back(std::string(hints.runtime_dir) + "/podman/podman.sock");
  }
  places.emplace_back("/run/podman/podman.sock");
  return places;
}

Result<std::string> find_engine(const EngineHints& hints) {
  SENNIT_ASSIGN(const std::vector<std::string> places, engine_places(hints));
  std::string tried;
  for (const std::string& place : places) {
    const Result<UniqueFd> connection = loop::connect_unix(place, loop::Listener::kAnyone);
    if (connection) return place;
    tried.append(tried.empty() ? "" : "; ").append(connection.error().message());
  }
  return Error(ErrorCode::kUnavailable, "no container engine was found (" + tried + ")");
}

}  // namespace sennit::launch
