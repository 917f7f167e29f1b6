// Paths as files name them.
#pragma once

#include <string>
#include <string_view>

namespace sennit::spec {

// `path` seen from `directory`, without "." parts and doubled slashes. ".." stays: it may cross a link.
std::string absolute_path(std::string_view path, std::string_view directory);

}  // namespace sennit::spec
