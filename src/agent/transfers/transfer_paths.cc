#include "agent/transfers/transfer_paths.h"

#include <fmt/format.h>

#include <optional>

#include "launch/container.h"
#include "launch/container_tokens.h"
#include "launch/tokens.h"
#include "launch/variables.h"

namespace sennit::agent {
namespace {

// What follows a directory in a path: "a/b" of "/dir/a/b", "*" of the directory itself; nothing if it is elsewhere.
std::optional<std::string> below(std::string_view path, std::string_view directory) {
  if (!path.starts_with(directory)) return std::nullopt;
  path.remove_prefix(directory.size());
  if (path.empty() || path == "/") return "*";
  if (!path.starts_with('/')) return std::nullopt;
  return std::string(path.substr(1));
}

}  // namespace

TransferPaths::TransferPaths(const WorkflowContext& context, const StartOrder& order, const TaskBody& body, Place place)
    : context_(context),
      order_(order),
      body_(body),
      place_(place),
      layout_(logs::run_layout(context.runs_dir, order.task, order.attempt.number)),
      tokens_(context, order, body) {}

Result<std::string> TransferPaths::replace(const std::string& text) {
  if (place_ == Place::kProcess) return tokens_.replace(text);
  if (text.find("{{") == std::string::npos) return text;
  return launch::replace_tokens(text, launch::ContainerTokens(context_.id, body_.inputs, order_.hosts));
}

std::string TransferPaths::producer(std::size_t index) const {
  const std::string& relative = index < order_.input_dirs.size() ? order_.input_dirs[index] : std::string();
  return relative.starts_with('/') ? relative : context_.runs_dir + "/" + relative;
}

Result<UploadSource> TransferPaths::source_of(std::size_t checkpoint) {
  SENNIT_ASSIGN(std::string text, replace(body_.checkpoints[checkpoint].path));
  if (place_ == Place::kContainer && !text.starts_with('/')) text = fmt::format("/{}", text);
  if (!text.starts_with('/')) {
    SENNIT_ASSIGN(const std::string workdir, replace(body_.workdir));
    text = launch::absolute(text, launch::absolute(workdir, context_.directory));
  }
  const std::string_view seen = place_ == Place::kProcess ? std::string_view(layout_.output) : launch::kContainerOutput;
  if (const auto rest = below(text, seen)) return UploadSource{.root = layout_.output, .path = *rest, .regex = {}};
  if (place_ == Place::kSandbox) {
    for (const std::string_view tmp : {"/tmp", "/var/tmp"}) {
      if (const auto rest = below(text, tmp)) return UploadSource{.root = layout_.tmp, .path = *rest, .regex = {}};
    }
  }
  if (place_ == Place::kContainer) {
    SENNIT_ASSIGN(const launch::CheckpointPlace place, launch::checkpoint_place(layout_.dir, checkpoint, text));
    return UploadSource{
        .root = place.root, .path = fmt::format("{}{}", place.name, text.ends_with("/*") ? "/*" : ""), .regex = {}};
  }
  return UploadSource{.root = {}, .path = std::move(text), .regex = {}};
}

}  // namespace sennit::agent
