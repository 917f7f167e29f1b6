#include "cli/forward/port_spec.h"

#include <fmt/format.h>

#include <charconv>

namespace sennit::cli {
namespace {

struct Range {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  std::uint32_t size() const { return last - first + 1; }
};

Error wrong(std::string_view part, std::string_view why) {
  return {ErrorCode::kInvalid, fmt::format("--port {}: {}; ports are written as 8080, 8080:80, 9000-9003 or "
                                           "9000-9003:80-83, local ones first, several with commas",
                                           part, why)};
}

Result<std::uint32_t> parse_port(std::string_view part, std::string_view text) {
  std::uint32_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) {
    return wrong(part, fmt::format("'{}' is no port", text));
  }
  if (port > 65535) return wrong(part, "a port is a number up to 65535");
  return port;
}

Result<Range> parse_range(std::string_view part, std::string_view text) {
  const std::size_t dash = text.find('-');
  SENNIT_ASSIGN(const std::uint32_t first, parse_port(part, text.substr(0, dash)));
  if (dash == std::string_view::npos) return Range{first, first};
  SENNIT_ASSIGN(const std::uint32_t last, parse_port(part, text.substr(dash + 1)));
  if (first >= last) return wrong(part, "a range goes from a lower port to a higher one");
  return Range{first, last};
}

}  // namespace

Result<std::vector<PortPair>> parse_ports(std::string_view text) {
  std::vector<PortPair> pairs;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t comma = std::min(text.find(',', begin), text.size());
    const std::string_view part = text.substr(begin, comma - begin);
    begin = comma + 1;
    const std::size_t colon = part.find(':');
    SENNIT_ASSIGN(const Range local, parse_range(part, part.substr(0, colon)));
    Range remote = local;
    if (colon != std::string_view::npos) {
      SENNIT_ASSIGN(remote, parse_range(part, part.substr(colon + 1)));
    }
    if (remote.size() != local.size()) return wrong(part, "both ranges are to be of one length");
    if (remote.first == 0) return wrong(part, "0 is no port to connect to");
    if (pairs.size() + local.size() > kMostPorts) {
      return Error(ErrorCode::kExhausted, fmt::format("--port: at most {} ports at once", kMostPorts));
    }
    for (std::uint32_t i = 0; i < local.size(); ++i) {
      pairs.push_back({static_cast<std::uint16_t>(local.first + i), static_cast<std::uint16_t>(remote.first + i)});
    }
  }
  return pairs;
}

}  // namespace sennit::cli
