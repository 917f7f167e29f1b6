#include "agent/message_log.h"

#include <unistd.h>

#include <cstdlib>
#include <ctime>

#include "base/clock.h"

namespace sennit::agent {
namespace {

std::string_view word_of(Level level) {
  switch (level) {
    case Level::kError: return "error";
    case Level::kWarn: return "warn ";
    case Level::kInfo: return "info ";
  }
  return "?";
}

}  // namespace

void write_line(Level level, std::string_view text) {
  const std::int64_t now_us = SystemClock().now().unix_us();
  const std::time_t seconds = now_us / 1'000'000;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  char stamp[32];
  const std::size_t n = std::strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &utc);
  const std::string line =
      fmt::format("{}.{:03}Z {} {}\n", std::string_view(stamp, n), now_us / 1000 % 1000, word_of(level), text);
  const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
  static_cast<void>(written);  // there is nowhere left to complain
}

}  // namespace sennit::agent
