// What an attempt used, as the API says it; nothing if nobody knows.
#pragma once

#include <optional>

#include "model/resources.h"
#include "views/views.h"

namespace sennit::api {

inline std::optional<views::UsageView> view_of(const Usage& usage) {
  if (!usage.any()) return std::nullopt;
  return views::UsageView{.max_memory = usage.max_memory.count(),
                          .cpu_seconds = static_cast<double>(usage.cpu.count()) / 1e6};
}

}  // namespace sennit::api
