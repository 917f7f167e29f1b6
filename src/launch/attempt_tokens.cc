#include "launch/attempt_tokens.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "launch/input_reference.h"
#include "launch/tokens.h"

namespace sennit::launch {
namespace {

Result<void> make_directory(const std::string& path, unsigned mode) {
  if (::mkdir(path.c_str(), mode) == 0) return {};
  const int error = errno;
  struct stat info {};
  if (error == EEXIST && ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) return {};
  return Error::from_errno("make directory " + path, error);
}

}  // namespace

Result<void> make_directories(const std::string& path, unsigned mode) {
  if (Result<void> made = make_directory(path, mode); made || made.error().code() != ErrorCode::kNotFound) return made;
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos || slash == 0) return make_directory(path, mode);
  SENNIT_TRY(make_directories(path.substr(0, slash), mode));
  return make_directory(path, mode);
}

Result<std::string> input_directory(const WorkflowContext& context, const StartOrder& order, std::size_t index) {
  const std::string& relative = index < order.input_dirs.size() ? order.input_dirs[index] : std::string();
  std::string directory;
  if (relative.empty()) {
    directory =
        logs::run_layout(context.runs_dir, order.task, order.attempt.number).input + "/" + std::to_string(index);
  } else if (relative.starts_with('/')) {
    directory = relative;
  } else {
    directory = context.runs_dir + "/" + relative;
  }
  SENNIT_TRY(make_directories(directory, 0700));
  return directory;
}

const logs::RunLayout& AttemptTokens::layout() {
  if (!layout_) layout_ = logs::run_layout(context_.runs_dir, order_.task, order_.attempt.number);
  return *layout_;
}

Result<std::string> AttemptTokens::replace(std::string_view text) {
  if (text.find("{{") == std::string_view::npos) return std::string(text);
  return replace_tokens(text, [this](std::string_view token) { return value_of(token); });
}

Result<std::optional<std::string>> AttemptTokens::value_of(std::string_view token) {
  using Value = std::optional<std::string>;
  constexpr std::string_view kInput = "input:";
  constexpr std::string_view kHost = "host:";
  if (token == "workflow_id") return Value(context_.id);
  if (token == "output") {
    SENNIT_TRY(make_directories(layout().output, 0700));
    return Value(layout().output);
  }
  if (token == "input") {
    SENNIT_ASSIGN(std::string directory, inputs_directory());
    return Value(std::move(directory));
  }
  if (token.starts_with(kInput)) return input_value(token.substr(kInput.size()));
  if (token.starts_with(kHost)) {
    for (const auto& [name, address] : order_.hosts) {
      if (name == token.substr(kHost.size())) return Value(address);
    }
  }
  return Value();
}

Result<std::optional<std::string>> AttemptTokens::input_value(std::string_view which) {
  using Value = std::optional<std::string>;
  const std::optional<std::size_t> index = find_input(body_.inputs, which);
  if (!index) return Value();
  SENNIT_ASSIGN(std::string directory, input_directory(context_, order_, *index));
  return Value(std::move(directory));
}

Result<std::string> AttemptTokens::inputs_directory() {
  SENNIT_TRY(make_directories(layout().input, 0700));
  for (std::size_t i = 0; i < body_.inputs.size(); ++i) {
    SENNIT_ASSIGN(const std::string directory, input_directory(context_, order_, i));
    const std::string link = layout().input + "/" + std::to_string(i);
    if (link == directory) continue;
    if (::symlink(directory.c_str(), link.c_str()) != 0 && errno != EEXIST) {
      return Error::from_errno("make link " + link, errno);
    }
  }
  return layout().input;
}

}  // namespace sennit::launch
