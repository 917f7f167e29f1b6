#include "agent/ctrl/data_reach.h"

#include <fmt/format.h>

#include <algorithm>

namespace sennit::agent {
namespace {

bool covers(const std::string& url, const storage::Location& location) {
  const Result<storage::Location> named = storage::parse_location(url);
  return named && named->is_file() && spec::contains(named->url, location.url);
}

}  // namespace

Result<void> check_reach(const TaskBody& body, const storage::Location& location, storage::Access access) {
  if (!location.is_file()) return {};
  const auto reads = [&](const InputSpec& input) {
    return input.kind == InputSpec::Kind::kUrl && access == storage::Access::kRead && covers(input.source, location);
  };
  const auto sends = [&](const OutputSpec& output) {
    return output.kind == OutputSpec::Kind::kUrl && covers(output.target, location);
  };
  const auto keeps = [&](const CheckpointSpec& checkpoint) { return covers(checkpoint.url, location); };
  const bool named = std::ranges::any_of(body.inputs, reads) || std::ranges::any_of(body.outputs, sends) ||
                     std::ranges::any_of(body.checkpoints, keeps);
  if (named) return {};
  return Error(
      ErrorCode::kInvalid,
      fmt::format("{}: a container reaches directories of its host only where the task's own {} name them",
                  location.text(),
                  access == storage::Access::kRead ? "inputs, outputs and checkpoints" : "outputs and checkpoints"));
}

}  // namespace sennit::agent
