#include "cli/render/cost_text.h"

#include <fmt/format.h>

namespace sennit::cli {
namespace {

std::string hours(double gpu_hours) {
  const int digits = gpu_hours >= 10 ? 1 : gpu_hours >= 0.1 ? 2 : 4;
  return fmt::format("{:.{}f} GPU-hours", gpu_hours, digits);
}

std::string price(const views::CostView& cost) {
  return cost.per_gpu_hour ? fmt::format("at {} an hour", money(*cost.per_gpu_hour)) : "at several prices";
}

}  // namespace

std::string money(double amount) {
  return amount == 0 || amount >= 1 ? fmt::format("${:.2f}", amount) : fmt::format("${:.4f}", amount);
}

std::string cost_text(const views::CostView& cost) {
  if (!cost.actual) return {};
  return fmt::format("{} for {} ({})", money(*cost.actual), hours(cost.gpu_hours), price(cost));
}

std::string estimate_text(const views::CostView& cost) {
  if (cost.estimated && cost.estimated_gpu_hours) {
    const std::uint64_t runs = cost.estimate_runs.value_or(1);
    return fmt::format("{} for {} ({}; {})", money(*cost.estimated), hours(*cost.estimated_gpu_hours), price(cost),
                       runs == 1 ? "from 1 run" : fmt::format("median of {} runs", runs));
  }
  if (!cost.actual) return {};
  return fmt::format("not known before the first run ({})", price(cost));
}

}  // namespace sennit::cli
