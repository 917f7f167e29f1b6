#include "spec/yaml/timestamp.h"

#include <fmt/format.h>

#include <algorithm>

namespace sennit::spec {
namespace {

// Takes the digits at the front, and the character behind them if it is this one.
std::string_view take(std::string_view& text, char behind) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string_view digits = text.substr(0, end);
  text.remove_prefix(end);
  if (text.starts_with(behind)) text.remove_prefix(1);
  return digits;
}

// "Z", "+1", "-05:30".
std::string zone_text(std::string_view zone) {
  if (zone.empty()) return {};
  const char sign = zone.front() == '-' ? '-' : '+';
  zone.remove_prefix(1);
  const std::string_view hours = take(zone, ':');
  const std::string_view minutes = take(zone, ' ');
  const bool utc = hours.find_first_not_of('0') == std::string_view::npos &&
                   minutes.find_first_not_of('0') == std::string_view::npos;
  return fmt::format("{}{:0>2}:{:0>2}", utc ? '+' : sign, hours, minutes);
}

}  // namespace

std::string timestamp_text(std::string_view text) {
  if (text.find(':') == std::string_view::npos) return std::string(text);
  const std::string_view year = take(text, '-');
  const std::string_view month = take(text, '-');
  const std::string_view day = take(text, 'T');
  if (text.starts_with('t')) text.remove_prefix(1);
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  const std::string_view hour = take(text, ':');
  const std::string_view minute = take(text, ':');
  const std::string_view second = take(text, '.');
  std::string fraction(take(text, ' ').substr(0, 6));
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  if (fraction.find_first_not_of('0') == std::string::npos) fraction.clear();
  if (!fraction.empty()) fraction = "." + fraction + std::string(6 - fraction.size(), '0');
  return fmt::format("{}-{:0>2}-{:0>2} {:0>2}:{}:{}{}{}", year, month, day, hour, minute, second, fraction,
                     zone_text(text));
}

}  // namespace sennit::spec
