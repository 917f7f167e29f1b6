#include "cli/data/place.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/printable.h"

namespace sennit::cli {
namespace {

constexpr std::uint64_t kMostProcesses = 1024;
constexpr std::uint64_t kMostThreads = 256;

Result<std::uint32_t> bounded(const std::optional<std::uint64_t>& value, std::string_view name, std::uint64_t most) {
  if (!value) return std::uint32_t{0};
  if (*value == 0 || *value > most) {
    return Error(ErrorCode::kInvalid, fmt::format("{} {}: a number from 1 to {} was expected", name, *value, most));
  }
  return static_cast<std::uint32_t>(*value);
}

// "500K", "10M", "1.5G" bytes a second, in powers of 1024.
bool is_rate(std::string_view text) {
  if (!text.empty() && std::string_view("KMGkmg").find(text.back()) != std::string_view::npos) text.remove_suffix(1);
  const bool digits = std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
  return digits && std::ranges::count(text, '.') <= 1 && text.find_first_of("123456789") != std::string_view::npos &&
         text.size() < 12;
}

}  // namespace

Result<storage::Target> target_of(const std::string& url) {
  SENNIT_ASSIGN(storage::Location location, storage::parse_location(url));
  const storage::EnvironmentCredentials source(variable);
  SENNIT_ASSIGN(storage::CredentialFound credential, source.find(location));
  return storage::Target{.location = std::move(location), .credential = std::move(credential)};
}

std::vector<Option> TransferOptions::declare() {
  return {
      {.names = "-x,--regex",
       .value = "REGEX",
       .help = "only paths below the URL that begin with what this matches (RE2)",
       .target = &regex},
      {.names = "-p,--processes", .value = "N", .help = "processors to use; all if not given", .target = &processes},
      {.names = "-T,--threads", .value = "N", .help = "files at a time; 16 if not given", .target = &threads},
      {.names = "--limit-rate",
       .value = "RATE",
       .help = "move at most this many bytes a second: 500K, 10M",
       .target = &rate_limit}};
}

Result<storage::Pattern> TransferOptions::pattern() const {
  return regex ? storage::Pattern::compile(*regex) : Result<storage::Pattern>(storage::Pattern());
}

Result<storage::Effort> TransferOptions::effort() const {
  storage::Effort effort;
  SENNIT_ASSIGN(effort.processors, bounded(processes, "--processes", kMostProcesses));
  SENNIT_ASSIGN(effort.parallel_files, bounded(threads, "--threads", kMostThreads));
  if (rate_limit) {
    if (!is_rate(*rate_limit)) {
      return Error(
          ErrorCode::kInvalid,
          fmt::format("--limit-rate {}: bytes a second were expected, such as 500K or 10M", printable(*rate_limit)));
    }
    // Without a letter rclone means KiB.
    const bool has_unit = std::string_view("KMGkmg").find(rate_limit->back()) != std::string_view::npos;
    effort.rate_limit = has_unit ? *rate_limit : *rate_limit + "B";
  }
  return effort;
}

}  // namespace sennit::cli
