#include "base/time_text.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <ctime>
#include <utility>

namespace sennit {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

std::string local(Instant at, const char* format) {
  const auto seconds = static_cast<std::time_t>(at.unix_us() / kSecond);
  std::tm parts{};
  ::localtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), format, &parts);
  return std::string(text.data(), size);
}

}  // namespace

std::string date_time(Instant at) { return at.is_set() ? local(at, "%b %d, %Y %H:%M %Z") : "-"; }

std::string clock_time(Instant at) { return local(at, "%H:%M:%S"); }

std::string clock_time_ms(Instant at) {
  return fmt::format("{}.{:03}", local(at, "%H:%M:%S"), at.unix_us() % kSecond / 1000);
}

std::optional<std::string> midnight_of(const std::string& date) {
  std::tm parts{};
  const char* end = ::strptime(date.c_str(), "%Y-%m-%d", &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  parts.tm_isdst = -1;
  const int day = parts.tm_mday;
  const std::time_t midnight = ::mktime(&parts);
  if (midnight == -1 || parts.tm_mday != day) return std::nullopt;  // the 31st of a month that has 30 days
  ::gmtime_r(&midnight, &parts);
  std::array<char, 32> text{};
  return std::string(text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts));
}

std::string duration_text(Micros duration) {
  const std::int64_t us = duration.count() < 0 ? 0 : duration.count();
  if (us < kSecond) return fmt::format("{} ms", us / 1000);
  const std::int64_t tenths = us / (kSecond / 10);  // whole ones: 59.99 s are not 60.0
  if (us < 60 * kSecond) return fmt::format("{:.1f} s", static_cast<double>(tenths) / 10);
  const std::int64_t seconds = us / kSecond;
  if (seconds < 3600) return fmt::format("{} m {:02} s", seconds / 60, seconds % 60);
  if (seconds < 86400) return fmt::format("{} h {:02} m", seconds / 3600, seconds % 3600 / 60);
  return fmt::format("{} d {:02} h", seconds / 86400, seconds % 86400 / 3600);
}

std::string limit_text(double seconds) {
  std::int64_t us = std::llround(seconds * 1e6);
  const std::int64_t ms = us / 1000;
  if (us < 60 * kSecond) return fmt::format("{}s", static_cast<double>(ms) / 1000);
  std::string text;
  constexpr std::array<std::pair<std::int64_t, char>, 4> kUnits = {
      {{86400 * kSecond, 'd'}, {3600 * kSecond, 'h'}, {60 * kSecond, 'm'}, {kSecond, 's'}}};
  for (const auto& [size, letter] : kUnits) {
    if (us >= size) text += fmt::format("{}{}", us / size, letter);
    us %= size;
  }
  return text;
}

std::string duration_text(double seconds) { return duration_text(Micros(std::llround(seconds * 1e6))); }

}  // namespace sennit
