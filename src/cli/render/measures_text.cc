#include "cli/render/measures_text.h"

#include <fmt/format.h>

#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/time_text.h"

namespace sennit::cli {

std::string counts_text(const views::TaskCounts& counts) {
  std::string text = fmt::format("{} in all", counts.total);
  const auto add = [&text](std::uint64_t count, std::string_view word) {
    if (count > 0) text += fmt::format(", {} {}", count, word);
  };
  add(counts.completed, "completed");
  add(counts.running, "running");
  add(counts.waiting, "waiting");
  add(counts.failed, "failed");
  add(counts.canceled, "not run");
  return text;
}

std::string memory_of(const std::optional<views::UsageView>& usage) {
  return usage && usage->max_memory > 0 ? readable(Bytes(usage->max_memory)) : "-";
}

std::string cpu_of(const std::optional<views::UsageView>& usage) {
  return usage ? duration_text(usage->cpu_seconds) : "-";
}

}  // namespace sennit::cli
