// Paths as files name them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sennit::spec {

// `path` seen from `directory`, without "." parts and doubled slashes. ".." stays: it may cross a link.
std::string absolute_path(std::string_view path, std::string_view directory);

// `path` without "." and with ".." applied, as OSMO's client cleans the paths that it hands on (osmo-spec.md 8.1). Two
// slashes at the beginning stay. Nothing if it is empty, has a zero byte, or has ".." in it still, be it in a name.
std::optional<std::string> clean_path(std::string_view path);

}  // namespace sennit::spec
