// Part of fields.h.
#pragma once

#include "views/pool_views.h"
#include "views/view_of.h"

namespace sennit::views {

template <class Visit, ViewOf<ServerView> View>
void visit_fields(Visit& visit, View& view) {
  visit("pid", view.pid);
  visit("version", view.version);
  visit("socket", view.socket);
  visit("state_dir", view.state_dir);
  visit("started_at", view.started_at);
  visit("status", view.status);
  visit("live_workflows", view.live_workflows);
  visit("running_tasks", view.running_tasks);
  visit("host", view.host);
  visit("cpus", view.cpus);
  visit("gpus", view.gpus);
  visit("gpu_models", view.gpu_models);
  visit("gpu_problem", view.gpu_problem);
  visit("agent_connected", view.agent_connected);
  visit("hooks", view.hooks);
  visit("hooks_waiting", view.hooks_waiting);
  visit("hook_problem", view.hook_problem);
}

template <class Visit, ViewOf<PoolUsage> View>
void visit_fields(Visit& visit, View& view) {
  visit("quota_used", view.quota_used);
  visit("quota_free", view.quota_free);
  visit("quota_limit", view.quota_limit);
  visit("total_usage", view.total_usage);
  visit("total_capacity", view.total_capacity);
  visit("total_free", view.total_free);
}

template <class Visit, ViewOf<PoolView> View>
void visit_fields(Visit& visit, View& view) {
  visit("name", view.name);
  visit("description", view.description);
  visit("status", view.status);
  visit("default_platform", view.default_platform);
  visit("platforms", view.platforms);
  visit("guarantee", view.guarantee);
  visit("maximum", view.maximum);
  visit("weight", view.weight);
  visit("resource_usage", view.resource_usage);
  visit("gpus", view.gpus);
  visit("configured", view.configured);
}

template <class Visit, ViewOf<NodeSetView> View>
void visit_fields(Visit& visit, View& view) {
  visit("pools", view.pools);
}

template <class Visit, ViewOf<PoolList> View>
void visit_fields(Visit& visit, View& view) {
  visit("node_sets", view.node_sets);
  visit("resource_sum", view.resource_sum);
}

template <class Visit, ViewOf<NodePoolView> View>
void visit_fields(Visit& visit, View& view) {
  visit("pool", view.pool);
  visit("platform", view.platform);
  visit("cpus", view.cpus);
  visit("memory", view.memory);
  visit("gpus", view.gpus);
}

template <class Visit, ViewOf<GpuHolderView> View>
void visit_fields(Visit& visit, View& view) {
  visit("device", view.device);
  visit("workflow", view.workflow);
  visit("task", view.task);
  visit("share", view.share);
}

template <class Visit, ViewOf<NodeView> View>
void visit_fields(Visit& visit, View& view) {
  visit("node", view.node);
  visit("resource_type", view.resource_type);
  visit("connected", view.connected);
  visit("cpus", view.cpus);
  visit("cpus_used", view.cpus_used);
  visit("memory", view.memory);
  visit("memory_used", view.memory_used);
  visit("storage", view.storage);
  visit("storage_used", view.storage_used);
  visit("gpu_count", view.gpu_count);
  visit("gpus_used", view.gpus_used);
  visit("pretended_gpus", view.pretended_gpus);
  visit("gpu_problem", view.gpu_problem);
  visit("running_tasks", view.running_tasks);
  visit("pools", view.pools);
  visit("gpus", view.gpus);
}

template <class Visit, ViewOf<NodeList> View>
void visit_fields(Visit& visit, View& view) {
  visit("resources", view.resources);
}

}  // namespace sennit::views
