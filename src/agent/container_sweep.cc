#include "agent/container_sweep.h"

#include <optional>

#include "agent/message_log.h"
#include "launch/container.h"
#include "launch/engine/engine.h"

namespace sennit::agent {

Result<void> sweep_containers(const std::string& socket, InstanceId instance, const ContainerFiles& files) {
  const std::string label(launch::kInstanceLabel);
  const std::string value = launch::instance_label(instance);
  SENNIT_ASSIGN(launch::Engine engine, launch::Engine::connect(socket));
  SENNIT_ASSIGN(const std::vector<launch::ListedContainer> listed, engine.list(label, value));
  for (const launch::ListedContainer& container : listed) {
    const auto attempt = container.labels.find(std::string(launch::kAttemptLabel));
    if (attempt == container.labels.end()) continue;
    const std::optional<AttemptId> id = parse_attempt_id(attempt->second);
    if (!id || id->instance != instance || files.has(*id)) continue;
    say(Level::kWarn, "attempt={}: its container {} was left behind, and is removed", attempt->second, container.id);
    const Result<void> removed = engine.remove(container.id);
    if (!removed) say(Level::kWarn, "{}", removed.error().message());
  }
  SENNIT_ASSIGN(const std::vector<std::string> networks, engine.networks(label, value));
  for (const std::string& network : networks) {
    const Result<void> removed = engine.remove_network(network);
    if (!removed && removed.error().code() != ErrorCode::kConflict) say(Level::kWarn, "{}", removed.error().message());
  }
  return {};
}

}  // namespace sennit::agent
