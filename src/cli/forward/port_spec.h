// Which local ports lead to which ports of a task: "8080", "8080:80", "9000-9003", "9000-9003:80-83", and lists of
// these with commas (reference: OSMO's command line, port-forward). Pure.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sennit::cli {

struct PortPair {
  std::uint16_t local = 0;  // 0: one that is free
  std::uint16_t remote = 0;
  friend bool operator==(const PortPair&, const PortPair&) = default;
};

// Fails: kInvalid, naming the part that is wrong and how it should look; kExhausted (over kMostPorts).
Result<std::vector<PortPair>> parse_ports(std::string_view text);

inline constexpr std::size_t kMostPorts = 1000;

}  // namespace sennit::cli
