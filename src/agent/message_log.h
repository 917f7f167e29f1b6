// The agent's own messages: one line a fact on standard error, which run_agent points at <state>/agent.log.
//
//   2026-01-31T12:00:00.123Z warn  attempt=... what happened
//
// Threads: any; a line is one write.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string_view>
#include <utility>

namespace sennit::agent {

enum class Level : std::uint8_t {
  kError,  // a human must act
  kWarn,   // recovered by itself
  kInfo,   // came, went
};

void write_line(Level level, std::string_view text);

template <class... Args>
void say(Level level, fmt::format_string<Args...> format, Args&&... args) {
  write_line(level, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace sennit::agent
