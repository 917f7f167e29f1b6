// The one spelling that a value has in a rendered file.
//
// Threads:   pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/instant.h"
#include "model/workflow.h"

namespace sennit::spec {

// "16Gi", "1536Mi", "1000B": the largest unit of which it is a whole number.
std::string quantity_text(Bytes bytes);

// "2d", "90m", "1500ms", "-5s": the largest unit of which it is a whole number.
std::string duration_text(Micros duration);

// Text of a jobs file in which every "${" stands for itself.
std::string without_variables(std::string_view text);

// {"0", "3"}
std::vector<std::string> device_numbers(GpuSet gpus);

}  // namespace sennit::spec
