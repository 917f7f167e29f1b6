// GPU devices as both jobs files and config.yaml write them.
#pragma once

#include <optional>
#include <string_view>

#include "model/resources.h"
#include "spec/reporter.h"
#include "spec/yaml/node.h"

namespace sennit::spec {

// A list of device numbers as a set; nothing, after a diagnostic, if it is no list.
std::optional<GpuSet> read_devices(Reporter& reporter, const Node& value, std::string_view what);

}  // namespace sennit::spec
