#include "cli/text/moment.h"

#include <array>
#include <charconv>
#include <ctime>

#include "views/json_writer.h"

namespace sennit::cli {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kLongest = std::int64_t{36500} * 86400;  // seconds

std::optional<std::int64_t> seconds_of(char unit) {
  switch (unit) {
    case 's': return 1;
    case 'm': return 60;
    case 'h': return 3600;
    case 'd': return 86400;
    case 'w': return 7 * 86400;
    default: return std::nullopt;
  }
}

// "2h30m"
std::optional<Micros> time_ago(std::string_view text) {
  std::int64_t total = 0;
  while (!text.empty()) {
    std::uint32_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    const auto digits = static_cast<std::size_t>(end - text.data());
    if (error != std::errc{} || digits == text.size()) return std::nullopt;
    const auto unit = seconds_of(text[digits]);
    if (!unit) return std::nullopt;
    total += *unit * count;
    if (total > kLongest) return std::nullopt;
    text.remove_prefix(digits + 1);
  }
  return Micros(total * kSecond);
}

// The whole text by one of strptime's formats, over what `parts` has.
bool read_whole(const std::string& text, const char* format, std::tm& parts) {
  const char* end = ::strptime(text.c_str(), format, &parts);
  return end != nullptr && *end == '\0';
}

std::optional<Instant> local(std::tm parts) {
  const std::tm asked = parts;
  parts.tm_isdst = -1;
  const std::time_t time = ::mktime(&parts);
  // The 31st of a month that has 30 days.
  if (time == -1 || parts.tm_mday != asked.tm_mday) return std::nullopt;
  return Instant::from_unix_us(std::int64_t{time} * kSecond);
}

}  // namespace

std::optional<Instant> moment_of(std::string_view text, Instant now) {
  if (text.empty()) return std::nullopt;
  if (const auto exact = views::parse_instant(text)) return exact;
  if (const auto ago = time_ago(text)) return now - *ago;
  const std::string whole(text);
  for (const char* format : {"%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S%z", "%Y-%m-%dT%H:%M%z"}) {
    std::tm parts{};
    if (!read_whole(whole, format, parts)) continue;
    const long east = parts.tm_gmtoff;  // NOLINT(google-runtime-int): as the C library has it
    return Instant::from_unix_us((std::int64_t{::timegm(&parts)} - east) * kSecond);
  }
  for (const char* format :
       {"%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d"}) {
    std::tm parts{};
    if (read_whole(whole, format, parts)) return local(parts);
  }
  for (const char* format : {"%H:%M:%S", "%H:%M"}) {
    const auto today = static_cast<std::time_t>(now.unix_us() / kSecond);
    std::tm parts{};
    ::localtime_r(&today, &parts);
    parts.tm_sec = 0;
    if (read_whole(whole, format, parts)) return local(parts);
  }
  return std::nullopt;
}

}  // namespace sennit::cli
