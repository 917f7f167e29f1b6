// A part of a GPU, as both formats write it: `gpu: 0.5` and `gpu_memory: 20Gi`.
//
// Threads:   any.
#pragma once

#include <cstdint>
#include <optional>

#include "model/resources.h"
#include "spec/reporter.h"
#include "spec/schema/schema.h"
#include "spec/yaml/node.h"

namespace sennit::spec {

// Whether `gpu` is written as a part: 0.5, .25 or "0.5", but not 1.0. A number with a fraction that is no part is one
// too, so that it is refused as what it was meant for.
bool is_gpu_part(const Node& value);
// In thousandths; what is finer is cut off. Nothing, after a diagnostic, if it is not between 0 and 1.
std::optional<std::uint32_t> read_gpu_part(Reporter& reporter, const Node& value, std::string_view for_several);

// `gpu_memory`, into the request.
void read_gpu_memory(Reporter& reporter, const Node& value, ResourceRequest& request);

Schema gpu_part_shape();

}  // namespace sennit::spec
