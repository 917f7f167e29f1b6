#include "spec/absolute_path.h"

#include <algorithm>
#include <vector>

namespace sennit::spec {

std::string absolute_path(std::string_view path, std::string_view directory) {
  std::string joined = path.starts_with('/') ? std::string(path) : std::string(directory) + "/" + std::string(path);
  const bool rooted = joined.starts_with('/');
  std::string out;
  std::string_view rest = joined;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (part.empty() || part == ".") continue;
    if (rooted || !out.empty()) out += '/';
    out += part;
  }
  return out.empty() ? (rooted ? "/" : ".") : out;
}

std::optional<std::string> clean_path(std::string_view path) {
  if (path.empty() || path.find('\0') != std::string_view::npos) return std::nullopt;
  // POSIX gives two slashes, and only two, a meaning of their own.
  const std::size_t slashes = std::min(path.find_first_not_of('/'), path.size());
  std::string out(slashes == 2 ? 2 : std::min<std::size_t>(slashes, 1), '/');
  const bool rooted = !out.empty();
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (part.empty() || part == ".") continue;
    const bool up = part == "..";
    if (up && !parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else if (!up || !rooted) {
      parts.push_back(part);
    }
  }
  for (std::size_t i = 0; i < parts.size(); ++i) out.append(i == 0 ? "" : "/").append(parts[i]);
  if (out.empty()) out = ".";
  return out.find("..") == std::string::npos ? std::optional(out) : std::nullopt;
}

}  // namespace sennit::spec
