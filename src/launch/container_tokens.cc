#include "launch/container_tokens.h"

#include <fmt/format.h>

#include "launch/input_reference.h"

namespace sennit::launch {

Result<std::optional<std::string>> ContainerTokens::operator()(std::string_view token) const {
  using Value = std::optional<std::string>;
  constexpr std::string_view kInput = "input:";
  constexpr std::string_view kHost = "host:";
  if (token == "workflow_id") return Value(workflow_id_);
  if (token == "output") return Value(kContainerOutput);
  if (token == "input") return Value(kContainerInput);
  if (token.starts_with(kInput)) {
    const std::optional<std::size_t> index = find_input(inputs_, token.substr(kInput.size()));
    return index ? Value(fmt::format("{}/{}", kContainerInput, *index)) : Value();
  }
  if (token.starts_with(kHost)) {
    for (const auto& [task, address] : hosts_) {
      if (task == token.substr(kHost.size())) return Value(address);
    }
  }
  return Value();
}

}  // namespace sennit::launch
