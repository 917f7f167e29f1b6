// The container engine of this host, by the Docker Engine API over its Unix socket. Docker and Podman both speak it.
//
// Threads:   one at a time. Every call blocks; `wake` ends it early.
// Ownership: owns its connection.
// Errors:    kUnavailable (the engine is gone), kCancelled (`wake`), kTimeout, kCorrupt (that is no engine); of what it
//            refuses kNotFound (no such thing), kConflict (it exists, or is in use), kInvalid, else kIo, in its words.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "http/client.h"
#include "launch/engine/answers.h"

namespace sennit::launch {

class Engine {
 public:
  // `wake`: borrowed; while it is readable, calls end with kCancelled. -1: none.
  static Result<Engine> connect(const std::string& socket, int wake = -1);

  // "Podman", or else "Docker": where they differ.
  bool is_podman() const { return !libpod_.empty(); }

  // Nothing: it is not there.
  Result<std::optional<ImageFacts>> image(const std::string& name);
  // `auth`: the header of a registry's credential; "": none. Fails with kNotFound or kIo also for what the registry
  // says.
  using OnProgress = std::function<void(const PullProgress&)>;
  Result<void> pull(const std::string& name, const std::string& auth, const OnProgress& on_progress);

  // Existing ones are fine.
  Result<void> make_network(const std::string& name, const std::string& label, const std::string& value);
  // kConflict while somebody is in it. One that is not there is fine.
  Result<void> remove_network(const std::string& name);

  // Names of those with this label.
  Result<std::vector<std::string>> networks(const std::string& label, const std::string& value);

  // kConflict: there is one of that name. kNotFound: no such image, or no such network.
  Result<void> make(const std::string& name, const std::string& description);
  Result<void> start(const std::string& container);  // also of one that runs
  Result<std::optional<ContainerFacts>> find(const std::string& container);
  // Returns when it has ended. `interval`: how often the engine itself looks, where it has to (Podman), which costs it
  // some milliseconds each time. kNotFound: it has gone.
  Result<ContainerFacts> wait(const std::string& container, Micros interval);
  // Of one that has ended or gone: fine.
  Result<void> kill(const std::string& container);
  Result<void> pause(const std::string& container);
  Result<void> resume(const std::string& container);
  // With what runs in it; its writable layer goes, too. One that is not there is fine.
  Result<void> remove(const std::string& container);
  // Those with this label, in whatever state.
  Result<std::vector<ListedContainer>> list(const std::string& label, const std::string& value);

 private:
  explicit Engine(http::Client client, std::string socket, int wake)
      : client_(std::move(client)), socket_(std::move(socket)), wake_(wake) {}

  Result<http::Response> call(std::string method, const std::string& path, std::string body = {},
                              std::vector<http::Header> headers = {});

  http::Client client_;
  std::string socket_;
  int wake_;
  std::string version_ = "/v1.40";  // what the paths begin with
  std::string libpod_;              // what those of Podman's own begin with; "": it is none
};

// The header that a pull carries for a registry that wants to know who asks.
std::string registry_auth(const std::string& user, const std::string& password, const std::string& registry);

}  // namespace sennit::launch
