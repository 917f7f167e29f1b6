#include "storage/rclone_log.h"

#include <boost/json.hpp>

#include <cmath>

namespace sennit::storage {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestMessage = 4096;
constexpr double kLongestEta = 1e9;

const json::value* member(const json::object& object, std::string_view name) { return object.if_contains(name); }

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* value = member(object, name);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(std::string_view(value->get_string()).substr(0, kLongestMessage));
}

double number_of(const json::object& object, std::string_view name) {
  const json::value* value = member(object, name);
  if (value == nullptr || !value->is_number()) return 0;
  const double number = value->is_double()  ? value->get_double()
                        : value->is_int64() ? static_cast<double>(value->get_int64())
                                            : static_cast<double>(value->get_uint64());
  return std::isfinite(number) && number > 0 ? number : 0;
}

std::uint64_t count_of(const json::object& object, std::string_view name) {
  constexpr double kMost = 9e18;
  const double number = number_of(object, name);
  return number < kMost ? static_cast<std::uint64_t>(number) : 0;
}

TransferStats stats_of(const json::object& object) {
  TransferStats stats{.bytes = count_of(object, "bytes"),
                      .total_bytes = count_of(object, "totalBytes"),
                      .transfers = count_of(object, "transfers"),
                      .total_transfers = count_of(object, "totalTransfers"),
                      .checks = count_of(object, "checks"),
                      .deletes = count_of(object, "deletes"),
                      .rate = number_of(object, "speed"),
                      .eta_s = std::nullopt};
  const json::value* eta = member(object, "eta");
  if (eta != nullptr && eta->is_number()) {
    const double seconds = number_of(object, "eta");
    if (seconds < kLongestEta) stats.eta_s = seconds;
  }
  return stats;
}

}  // namespace

LogLine parse_log_line(std::string_view line) {
  LogLine parsed;
  boost::system::error_code failed;
  const json::value value = json::parse({line.data(), line.size()}, failed);
  if (failed || !value.is_object()) {
    parsed.level = LogLine::Level::kError;
    parsed.message = line.substr(0, kLongestMessage);
    return parsed;
  }
  const json::object& object = value.get_object();
  const std::string level = text_of(object, "level");
  if (level == "error" || level == "fatal" || level == "critical") parsed.level = LogLine::Level::kError;
  parsed.message = text_of(object, "msg");
  parsed.object = text_of(object, "object");
  const json::value* stats = member(object, "stats");
  if (stats != nullptr && stats->is_object()) parsed.stats = stats_of(stats->get_object());
  return parsed;
}

}  // namespace sennit::storage
