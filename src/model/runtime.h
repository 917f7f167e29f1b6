// Where a workflow's tasks are to run on a host, and what a host can offer of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sennit {

// The wish of who submits: --runtime, or `runtime` of the pool.
enum class Runtime : std::uint8_t { kAuto = 0, kProcess = 1, kSandbox = 2, kContainer = 3 };
std::string_view to_string(Runtime runtime);  // "auto", "process", "sandbox", "container"
std::optional<Runtime> parse_runtime(std::string_view word);

// Where one task runs.
enum class Place : std::uint8_t { kProcess, kSandbox, kContainer };

// What a host cannot offer, and why; "": it can, as far as was found out without trying.
struct HostPlaces {
  std::string no_sandbox;
  std::string no_container;
  friend bool operator==(const HostPlaces&, const HostPlaces&) = default;
};

// In the words of all who refuse for it.
std::string no_sandbox_text(std::string_view why);
std::string no_container_text(std::string_view why);

}  // namespace sennit
