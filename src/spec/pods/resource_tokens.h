// The names by which an administrator's pod templates and checks mean what a task asks for (osmo-spec.md 1.5, 2.4, 9).
//
// Threads:   pure functions.
// Errors:    kInvalid, naming the value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "spec/template/value.h"

namespace sennit::spec {

// A resource as a file has it: amounts as they are stored (spec/quantity.h).
struct ResourceText {
  std::optional<std::int64_t> cpu;
  std::optional<std::int64_t> gpu;
  std::optional<std::string> memory;
  std::optional<std::string> storage;
  std::vector<std::string> nodes_excluded;
};

// USER_CACHE: a share of the storage ("50%"), an amount, or 90 % of the storage if `cache_size` is "".
Result<std::string> cache_token(const std::optional<std::string>& storage, std::string_view cache_size);

// USER_CPU, USER_GPU, USER_MEMORY, USER_MEMORY_VAL, _UNIT, _B, _Ki ... and so on. What is not asked for is None, unless
// `defaults`, the variables of the pool and platform, have a value for it.
Result<tmpl::Variables> resource_tokens(const ResourceText& resource, std::string_view cache_size,
                                        const tmpl::Variables& defaults);

}  // namespace sennit::spec
