#include "spec/absolute_path.h"

#include <algorithm>

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

}  // namespace sennit::spec
