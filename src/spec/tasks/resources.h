// `resources:` of a workflow: what its entries ask for, and whether a task may have what it wants on a platform.
//
// Threads:   one.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/resources.h"
#include "spec/config/config.h"
#include "spec/reporter.h"
#include "spec/source_notes.h"
#include "spec/tasks/task_draft.h"
#include "spec/yaml/node.h"

namespace sennit::spec {

struct ResourceEntry {
  ResourceRequest request;
  bool names_gpu = false;
  Span gpu_memory_at;
  std::vector<std::string> nodes_excluded;
  std::set<std::string> topology;  // its keys
  std::vector<TopologyNote> topology_items;
  FieldNotes fields;
  Span at;
  Span platform_at;
};

// The fields of a resource that counts for nothing.
void check_resource_fields(Reporter& reporter, const Node& node);
class Schema;
Schema resource_shape();
Schema resources_shape();

class Resources {
 public:
  Resources(const PoolConfig& pool, std::string_view pool_name, Reporter& reporter)
      : pool_(pool), pool_name_(pool_name), reporter_(reporter) {
    entries_["default"].request.platform = pool.default_platform;
  }

  // Replaces what was there, `default` included.
  void read(const Node& node);

  using Entries = std::map<std::string, ResourceEntry, std::less<>>;
  const Entries& entries() const { return entries_; }

  // nullptr if there is no entry of that name.
  const ResourceEntry* find(std::string_view name) const;
  void report_unknown(std::string_view name, Span at);

  // The platform, privileges and mounts of a task.
  void check_task(const TaskDraft& draft, const ResourceEntry& entry);
  // What the platform of such tasks mounts by itself.
  std::vector<std::string> mounts_of_platform(const ResourceEntry& entry) const;
  // All tasks with topology must name the same keys.
  void check_topology(const ResourceEntry& entry);

  Reporter& reporter() { return reporter_; }
  const PoolConfig& pool() const { return pool_; }

 private:
  void check_platform(const ResourceEntry& entry);
  void check_mount(std::string_view mount, Span at, const PlatformConfig& platform, std::string_view name);

  const PoolConfig& pool_;
  std::string pool_name_;
  Reporter& reporter_;
  Entries entries_;
  const ResourceEntry* with_topology_ = nullptr;
  bool topology_reported_ = false;
  std::set<std::string> unknown_platforms_;  // that have been told
};

}  // namespace sennit::spec
