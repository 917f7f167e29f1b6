#include "cli/render/pools_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/printable.h"
#include "cli/text/table.h"

namespace sennit::cli {
namespace {

// "2", "0.5".
std::string number(double value) { return fmt::format("{:.6g}", value); }

// Used is rounded up and capacity down, so that "8/8" never hides a shortage.
std::string gibibytes_text(std::uint64_t bytes) { return std::to_string(bytes >> 30); }
std::string gibibytes_up(std::uint64_t bytes) { return gibibytes_text(bytes + (1ULL << 30) - 1); }

Tint tint_of(const std::string& status) { return status == "ONLINE" ? Tint::kNone : Tint::kBusy; }

Table pool_table(UsageMode mode) {
  if (mode == UsageMode::kFree) return Table({"Pool", "Description", "Status", "Quota Free", "Total Free"});
  return Table({"Pool", "Description", "Status", "Quota Used", "Quota Limit", "Total Usage", "Total Capacity"});
}

std::vector<Cell> usage_cells(const views::PoolUsage& usage, UsageMode mode, std::string_view note) {
  const std::string total = number(mode == UsageMode::kFree ? usage.total_free : usage.total_capacity);
  Cell last{fmt::format("{}{}", total, note)};
  if (mode == UsageMode::kFree) return {{number(usage.quota_free)}, last};
  return {{number(usage.quota_used)}, {number(usage.quota_limit)}, {number(usage.total_usage)}, last};
}

void add_pool(Table& table, std::vector<Cell> row, std::vector<Cell> usage) {
  row.insert(row.end(), std::make_move_iterator(usage.begin()), std::make_move_iterator(usage.end()));
  table.add(std::move(row));
}

std::string share(std::uint64_t used, std::uint64_t total, UsageMode mode) {
  if (mode == UsageMode::kFree) return std::to_string(total > used ? total - used : 0);
  return fmt::format("{}/{}", used, total);
}

std::string byte_share(std::uint64_t used, std::uint64_t total, UsageMode mode) {
  if (mode == UsageMode::kFree) return gibibytes_text(total > used ? total - used : 0);
  return fmt::format("{}/{}", gibibytes_up(used), gibibytes_text(total));
}

std::string memory_share(const views::NodeView& node, UsageMode mode) {
  return byte_share(node.memory_used, node.memory, mode);
}

std::string storage_share(const views::NodeView& node, UsageMode mode) {
  return node.storage == 0 ? "-" : byte_share(node.storage_used, node.storage, mode);
}

std::string gpu_share(const views::NodeView& node, UsageMode mode) {
  if (mode == UsageMode::kFree) return number(std::max(0.0, node.gpu_count - node.gpus_used));
  return fmt::format("{}/{}", number(node.gpus_used), node.gpu_count);
}

std::string holder_text(const views::GpuHolderView& gpu) {
  if (gpu.workflow.empty()) return "free";
  const std::string part = gpu.share < 1 ? fmt::format(" ({})", number(gpu.share)) : "";
  return fmt::format("{}/{}{}", gpu.workflow, gpu.task, part);
}

}  // namespace

std::string pools_text(const views::PoolList& list, UsageMode mode, const Style& style) {
  Table table = pool_table(mode);
  std::size_t pools = 0;
  for (const views::NodeSetView& set : list.node_sets) {
    bool first = true;
    for (const views::PoolView& pool : set.pools) {
      ++pools;
      const std::string status = pool.configured ? pool.status : pool.status + " (not configured)";
      add_pool(table, {{pool.name}, {pool.description}, {status, tint_of(status)}},
               usage_cells(pool.resource_usage, mode, first ? "" : " (shared)"));
      first = false;
    }
  }
  if (table.empty()) return "No pool is configured\n";
  if (pools > 1) add_pool(table, {{"Sum"}, {""}, {""}}, usage_cells(list.resource_sum, mode, ""));
  return table.render(style);
}

std::string nodes_text(const views::NodeList& list, UsageMode mode, const Style& style) {
  Table table({"Node", "Pool", "Platform", "Type", "CPU [#]", "Memory [Gi]", "Storage [Gi]", "GPU [#]"});
  for (const views::NodeView& node : list.resources) {
    const std::string name = node.connected ? node.node : node.node + " (not connected)";
    for (const views::NodePoolView& pool : node.pools) {
      table.add({{name},
                 {pool.pool},
                 {pool.platform.empty() ? "-" : pool.platform},
                 {node.resource_type},
                 {share(node.cpus_used, node.cpus, mode)},
                 {memory_share(node, mode)},
                 {storage_share(node, mode)},
                 {gpu_share(node, mode)}});
    }
  }
  return table.empty() ? "No host is connected\n" : table.render(style);
}

std::string node_text(const views::NodeView& node, const Style& style) {
  std::string text = fmt::format("Node      {}{}\n", printable(node.node), node.connected ? "" : " (not connected)");
  text += fmt::format("Type      {}\n", node.resource_type);
  text += fmt::format("CPU       {} used\n", share(node.cpus_used, node.cpus, UsageMode::kUsed));
  text += fmt::format("Memory    {} Gi used\n", memory_share(node, UsageMode::kUsed));
  text += fmt::format("GPU       {} used{}\n", gpu_share(node, UsageMode::kUsed),
                      node.pretended_gpus ? " (pretended: SENNIT_GPUS)" : "");
  if (!node.gpu_problem.empty()) text += fmt::format("          {}\n", printable(node.gpu_problem));
  text += fmt::format("Tasks     {} running\n\n", node.running_tasks);
  Table pools({"Pool", "Platform", "CPU [#]", "Memory [Gi]", "GPUs"});
  for (const views::NodePoolView& pool : node.pools) {
    pools.add({{pool.pool},
               {pool.platform.empty() ? "-" : pool.platform},
               {std::to_string(pool.cpus)},
               {gibibytes_text(pool.memory)},
               {pool.gpus.empty() ? "-" : pool.gpus}});
  }
  text += pools.render(style);
  if (node.gpus.empty()) return text;
  Table gpus({"GPU", "Held By"});
  for (const views::GpuHolderView& gpu : node.gpus) gpus.add({{std::to_string(gpu.device)}, {holder_text(gpu)}});
  return text + "\n" + gpus.render(style);
}

}  // namespace sennit::cli
