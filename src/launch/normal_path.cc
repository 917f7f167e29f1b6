#include "launch/normal_path.h"

#include <fmt/format.h>

#include <algorithm>

namespace sennit::launch {

Result<std::string> normal_path(const std::string& path, std::string_view of) {
  std::string normal;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view name = std::string_view(path).substr(at, end - at);
    if (name == ".." || name.find('\0') != std::string_view::npos) {
      return Error(ErrorCode::kInvalid, fmt::format("{}: {}: a path with '..' or NUL leads nowhere", of, path));
    }
    if (!name.empty() && name != ".") normal.append("/").append(name);
    at = end + 1;
  }
  if (normal.empty()) return Error(ErrorCode::kInvalid, fmt::format("{}: {}: that is no file", of, path));
  return normal;
}

unsigned mode_of(const std::string& contents) { return contents.starts_with("#!") ? 0755 : 0644; }

}  // namespace sennit::launch
