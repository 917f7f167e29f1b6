#include "launch/peer_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace sennit::launch {
namespace {

bool is_label_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

// A peer that is called as this host calls itself would take that name from everybody.
bool is_host_name(std::string_view name) {
  constexpr std::string_view kSelf = "localhost";
  const bool is_self = std::ranges::equal(name, kSelf, [](char a, char b) { return (a | 0x20) == b; });
  return !name.empty() && name.size() < 254 && !is_self && std::ranges::all_of(name, is_label_character);
}

}  // namespace

Peers names_of(const Peers& peers) {
  Peers names;
  for (const auto& [name, address] : peers) names.emplace_back(name, is_host_name(name) ? name : address);
  return names;
}

std::string network_name_of(const std::string& task) {
  constexpr std::size_t kLongestLabel = 63;
  const bool has_dot = task.find('.') != std::string::npos;  // parts of it would be looked up elsewhere
  if (is_host_name(task) && !has_dot && task.size() <= kLongestLabel) return task;
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  for (const char c : task) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return fmt::format("task-{:016x}", hash);
}

Peers network_names_of(const Peers& peers) {
  Peers names;
  for (const auto& [name, address] : peers) names.emplace_back(name, network_name_of(name));
  return names;
}

std::string hosts_file(const Peers& peers, std::string_view hosts) {
  std::string text;
  for (const auto& [name, address] : peers) {
    if (is_host_name(name)) text.append(address).append("\t").append(name).append("\n");
  }
  return text.append(hosts);
}

std::string nsswitch_file(std::string_view text) {
  constexpr std::string_view kHosts = "hosts:";
  std::string changed;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end);
    if (line.starts_with(kHosts)) {
      changed.append(kHosts).append(" files").append(line.substr(kHosts.size()));
    } else {
      changed.append(line);
    }
  }
  return changed;
}

}  // namespace sennit::launch
