#include "client/readiness.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/unique_fd.h"
#include "base/write_all.h"

namespace sennit::client {
namespace {

constexpr std::string_view kReadyLine = "ready";
constexpr std::string_view kTakenLine = "taken";
constexpr std::string_view kErrorPrefix = "error ";

}  // namespace

std::string format_readiness(const Readiness& readiness) {
  std::string line;
  switch (readiness.kind) {
    case Readiness::Kind::kReady: line = kReadyLine; break;
    case Readiness::Kind::kTaken: line = kTakenLine; break;
    case Readiness::Kind::kError: line.append(kErrorPrefix).append(readiness.error); break;
  }
  std::replace(line.begin(), line.end(), '\n', ' ');
  line.push_back('\n');
  return line;
}

Result<Readiness> parse_readiness(std::string_view text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return Error(ErrorCode::kCorrupt, "the server said nothing before it ended");
  const std::string_view line = text.substr(0, end);
  if (line == kReadyLine) return Readiness{};
  if (line == kTakenLine) return Readiness{.kind = Readiness::Kind::kTaken, .error = {}};
  if (line.starts_with(kErrorPrefix)) {
    return Readiness{.kind = Readiness::Kind::kError, .error = std::string(line.substr(kErrorPrefix.size()))};
  }
  return Error(ErrorCode::kCorrupt, "the server announced itself with an unknown line");
}

void announce(int fd, const Readiness& readiness) {
  const UniqueFd owned(fd);
  const std::string line = format_readiness(readiness);
  ignore(write_all(owned.get(), line, "announce"), "whoever waited has gone");
}

}  // namespace sennit::client
