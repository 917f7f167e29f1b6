#include "tui/resources/resource_use.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "views/json.h"

namespace sennit::tui {
namespace {

std::string bytes_text(std::uint64_t bytes) { return readable(Bytes(bytes)); }

std::optional<double> share_of(double used, double all) { return all > 0 ? std::optional(used / all) : std::nullopt; }

const views::GpuUseView* gpu_use(const ResourceUse& use, const views::GpuHolderView& holder) {
  for (const TaskUse& task : use.tasks) {
    if (task.workflow != holder.workflow || task.task != holder.task) continue;
    const auto found = std::ranges::find(task.load.gpus, holder.device, &views::GpuUseView::device);
    if (found != task.load.gpus.end()) return &*found;
  }
  return nullptr;
}

ResourceRow gpu_row(const ResourceUse& use, const views::GpuHolderView& gpu) {
  ResourceRow row{.kind = ResourceRow::Kind::kShare, .label = fmt::format("GPU {}", gpu.device)};
  if (gpu.workflow.empty()) {
    row.part = 0.0;
    row.text = "free";
    return row;
  }
  row.workflow = gpu.workflow;
  row.task = gpu.task;
  row.text = fmt::format("{}/{}", gpu.workflow, gpu.task);
  if (gpu.share < 1) row.text += fmt::format(" ({:.6g} of it)", gpu.share);
  if (const views::GpuUseView* busy = gpu_use(use, gpu)) {
    row.part = busy->busy;
    row.text = fmt::format("{:.0f}% busy, {}  {}", busy->busy * 100, bytes_text(busy->memory), row.text);
  }
  return row;
}

void add_host(std::vector<ResourceRow>& rows, const ResourceUse& use, const views::NodeView& node) {
  using Kind = ResourceRow::Kind;
  rows.push_back(
      {.kind = Kind::kHost,
       .label = node.node,
       .text = fmt::format("{} running{}", node.running_tasks, node.pretended_gpus ? ", GPUs are pretended" : ""),
       .warning = node.connected ? node.gpu_problem : "not connected"});
  rows.push_back({.kind = Kind::kShare,
                  .label = "CPUs",
                  .part = share_of(static_cast<double>(node.cpus_used), node.cpus),
                  .text = fmt::format("{} of {} taken", node.cpus_used, node.cpus)});
  rows.push_back({.kind = Kind::kShare,
                  .label = "Memory",
                  .part = share_of(static_cast<double>(node.memory_used), static_cast<double>(node.memory)),
                  .text = fmt::format("{} of {} taken", bytes_text(node.memory_used), bytes_text(node.memory))});
  if (node.storage > 0) {
    rows.push_back({.kind = Kind::kShare,
                    .label = "Disk",
                    .part = share_of(static_cast<double>(node.storage_used), static_cast<double>(node.storage)),
                    .text = fmt::format("{} taken, {} free", bytes_text(node.storage_used), bytes_text(node.storage))});
  }
  for (const views::GpuHolderView& gpu : node.gpus) rows.push_back(gpu_row(use, gpu));
}

ResourceRow task_row(const TaskUse& task) {
  const views::LoadView& load = task.load;
  std::string memory = bytes_text(load.memory);
  if (load.memory_limit) memory += " of " + bytes_text(*load.memory_limit);
  std::string text = fmt::format("{:>6.1f} CPUs  {:<20}", load.cpus, memory);
  if (!load.gpus.empty()) {
    text += "  GPU";
    for (const views::GpuUseView& gpu : load.gpus) text += fmt::format(" {}: {:.0f}%", gpu.device, gpu.busy * 100);
  }
  return {.kind = ResourceRow::Kind::kTask,
          .label = fmt::format("{}/{}", task.workflow, task.task),
          .text = std::move(text),
          .workflow = task.workflow,
          .task = task.task};
}

}  // namespace

Result<ResourceUse> ask_for_use(client::Api& api) {
  ResourceUse use;
  SENNIT_ASSIGN(const std::string json, api.collection_json(client::Collection::kResources));
  SENNIT_ASSIGN(use.nodes, views::parse_node_list(json));
  client::ListQuery query{.limit = kMostWorkflows, .statuses = {"RUNNING"}};
  SENNIT_ASSIGN(const views::WorkflowList running, api.list(query));
  use.more = running.more_entries;
  for (const views::WorkflowSummary& run : running.workflows) {
    const Result<std::string> facts = api.facts_json(run.name, client::TaskFacts::kMetrics, {});
    if (!facts) continue;  // it is gone by now
    SENNIT_ASSIGN(const views::MetricsView metrics, views::parse_metrics(*facts));
    use.more |= metrics.more_entries;
    for (const views::TaskMetricsView& task : metrics.tasks) {
      if (task.load) use.tasks.push_back({run.name, task.name, *task.load});
    }
  }
  std::ranges::stable_sort(use.tasks, std::greater{}, [](const TaskUse& task) { return task.load.cpus; });
  return use;
}

std::vector<ResourceRow> rows_of(const ResourceUse& use) {
  using Kind = ResourceRow::Kind;
  std::vector<ResourceRow> rows;
  for (const views::NodeView& node : use.nodes.resources) add_host(rows, use, node);
  if (use.nodes.resources.empty()) rows.push_back({.kind = Kind::kHeading, .label = "No host is connected"});
  if (!use.tasks.empty()) rows.push_back({.kind = Kind::kHeading, .label = "What tasks use"});
  for (const TaskUse& task : use.tasks) rows.push_back(task_row(task));
  if (use.more) rows.push_back({.kind = Kind::kHeading, .label = "There are more tasks."});
  return rows;
}

UseSample sample_of(const ResourceUse& use) {
  UseSample sample;
  for (const views::NodeView& node : use.nodes.resources) {
    if (!node.connected) continue;
    sample.cpu_count += node.cpus;
    sample.memory_size += static_cast<double>(node.memory);
    sample.gpu_count += node.gpu_count;
    // A device that several share is busy once.
    double most = 0;
    for (std::size_t i = 0; i < node.gpus.size(); ++i) {
      const views::GpuUseView* busy = gpu_use(use, node.gpus[i]);
      most = std::max(most, busy == nullptr ? 0.0 : busy->busy);
      if (i + 1 < node.gpus.size() && node.gpus[i + 1].device == node.gpus[i].device) continue;
      sample.gpus += std::exchange(most, 0.0);
    }
  }
  for (const TaskUse& task : use.tasks) {
    sample.cpus += task.load.cpus;
    sample.memory += static_cast<double>(task.load.memory);
  }
  return sample;
}

}  // namespace sennit::tui
