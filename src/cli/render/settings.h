// The settings of config.yaml with where they come from. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "spec/config/config.h"

namespace sennit::cli {

enum class Origins : std::uint8_t { kHidden, kShown };

// "key: value" lines; with origins the source and its place behind a '#', so that the text stays readable as YAML.
std::string settings_text(const std::vector<spec::Origin>& settings, Origins origins);

// {"settings": [{"key", "value", "source", "where"}]}.
std::string settings_json(const std::vector<spec::Origin>& settings);

}  // namespace sennit::cli
