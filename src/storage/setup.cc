#include "storage/setup.h"

#include <fmt/format.h>

#include <algorithm>

#include "proc/program_search.h"

namespace sennit::storage {
namespace {

constexpr std::uint32_t kParallelFiles = 16;
constexpr std::uint32_t kMostParallelFiles = 256;

const std::string* find(const EnvironmentList& environment, std::string_view name) {
  const auto found = std::ranges::find(environment, name, &std::pair<std::string, std::string>::first);
  return found == environment.end() ? nullptr : &found->second;
}

EnvironmentList environment_for(const EnvironmentList& inherited, const Remote& remote, const Effort& effort) {
  EnvironmentList list;
  for (const auto& [name, value] : inherited) {
    const bool gives_access = name.starts_with("AWS_") || name.starts_with("AZURE_");
    if (name.starts_with("RCLONE_") || name.starts_with("SENNIT_") || name == "GOMAXPROCS") continue;
    if (gives_access && remote.ambient == Remote::Ambient::kTaken) continue;
    // Amazon's library refuses a bundle that rclone has not read itself.
    if (name == "AWS_CA_BUNDLE") continue;
    list.emplace_back(name, value);
  }
  // Empty: no file of settings is read or written.
  list.emplace_back("RCLONE_CONFIG", "");
  if (const std::string* bundle = find(inherited, "AWS_CA_BUNDLE"); bundle != nullptr && !bundle->empty()) {
    list.emplace_back("RCLONE_CA_CERT", *bundle);
  }
  if (effort.processors > 0) list.emplace_back("GOMAXPROCS", std::to_string(effort.processors));
  list.insert(list.end(), remote.variables.begin(), remote.variables.end());
  return list;
}

std::vector<std::string> words_of(const Effort& effort) {
  const std::uint32_t files = effort.parallel_files == 0 ? kParallelFiles : effort.parallel_files;
  const std::string count = std::to_string(std::min(files, kMostParallelFiles));
  // Two parts of a file at a time: 16 large files are then 160 MB of buffers.
  std::vector<std::string> words{"--transfers", count, "--checkers", count, "--s3-upload-concurrency", "2"};
  if (!effort.rate_limit.empty()) words.insert(words.end(), {"--bwlimit", effort.rate_limit});
  return words;
}

}  // namespace

std::vector<std::string> JobSetup::words(std::string_view command, std::vector<std::string> rest) const {
  std::vector<std::string> words{std::string(command)};
  words.insert(words.end(), transfer_words.begin(), transfer_words.end());
  words.insert(words.end(), rest.begin(), rest.end());
  return words;
}

Result<JobSetup> prepare(const Surroundings& around, const Target& target, const Effort& effort) {
  SENNIT_ASSIGN(Remote remote, remote_of(target.location, target.credential, around.loop.clock().now()));
  const std::string* path = find(around.environment, "PATH");
  Result<std::string> program = proc::find_program("rclone", path == nullptr ? nullptr : path->c_str(), "/");
  if (!program) {
    return Error(ErrorCode::kNotFound,
                 "data is moved by rclone, which is not in PATH: install it (apt-get install rclone)");
  }
  EnvironmentList environment = environment_for(around.environment, remote, effort);
  std::vector<std::string> secrets = remote.secrets;
  return JobSetup{.rclone = {.loop = around.loop,
                             .spawner = around.spawner,
                             .program = std::move(*program),
                             .environment = std::move(environment),
                             .location = target.location,
                             .secrets = std::move(secrets),
                             .retries = effort.retries},
                  .remote = std::move(remote),
                  .transfer_words = words_of(effort)};
}

}  // namespace sennit::storage
