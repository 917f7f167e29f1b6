#include "agent/transfers/transfer_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string_view>

namespace sennit::agent {

EnvironmentList mover_environment(const WorkflowContext& context) {
  EnvironmentList list = context.environment;
  for (const char* name : {"PATH", "HOME"}) {
    const bool is_there = std::ranges::find(list, name, &EnvironmentList::value_type::first) != list.end();
    const char* ours = std::getenv(name);
    if (!is_there && ours != nullptr) list.emplace_back(name, ours);
  }
  return list;
}

Result<storage::CredentialFound> TransferKeys::find(const storage::Location& location) const {
  const auto given = order_.storage_keys.find(location.profile());
  if (given != order_.storage_keys.end()) return storage::CredentialFound(storage::data_credential(given->second));
  const proc::Environment& environment = world_.environment();
  return storage::EnvironmentCredentials([&environment](std::string_view name) -> std::optional<std::string> {
           const char* value = environment.find(std::string(name).c_str());
           return value == nullptr ? std::nullopt : std::optional<std::string>(value);
         })
      .find(location);
}

}  // namespace sennit::agent
