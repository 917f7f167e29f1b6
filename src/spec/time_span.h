// Times that cannot be negative, as both jobs files and config.yaml write them.
#pragma once

#include <optional>
#include <string_view>

#include "base/instant.h"
#include "spec/reporter.h"
#include "spec/yaml/node.h"

namespace sennit::spec {

// Seconds or a text such as 2h; nothing, after a diagnostic, if it is neither or negative.
std::optional<Micros> read_span(Reporter& reporter, const Node& value, std::string_view what);

}  // namespace sennit::spec
