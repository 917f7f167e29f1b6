// Reads the `workflow:` section: the header fields, then tasks or groups of tasks one by one into the model.
//
// The list is streamed, and what a task needs from the header (`resources`, `timeout`) is known when the task is read.
// Where such a field comes after the list, the text is read a second time.
//
// Threads:   one.
// Ownership: options, pool and reporter must outlive it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/workflow_builder.h"
#include "spec/graph_assembly.h"
#include "spec/load.h"
#include "spec/matrix/expansion.h"
#include "spec/reading.h"
#include "spec/tasks/resources.h"
#include "spec/tasks/task_draft.h"
#include "spec/tasks/task_reader.h"
#include "spec/tasks/tokens.h"
#include "spec/yaml/parser.h"

namespace sennit::spec {

// The section as JSON Schema, and its groups.
Schema workflow_schema();
Schema groups_shape();
Schema tasks_shape();

class WorkflowReader {
 public:
  WorkflowReader(const LoadOptions& options, const Limits& limits, const PoolConfig& pool, std::string_view pool_name,
                 const EnvironmentList& environment, Reporter& reporter);

  // Nothing if there was an error, which has been reported.
  std::optional<Workflow> read(std::string_view yaml);
  // What was noted on the way, if the options want it. Once, after read().
  SourceNotes take_notes() { return std::move(notes_); }

 private:
  // What of the file lives only during one reading of it.
  struct Pass {
    Pass(Reporter& reporter, const Limits& limits) : graph(builder, reporter, limits, NameMatch::kFolded, "task") {}
    WorkflowBuilder builder;
    GraphAssembly graph;
    Span list_at;  // of the key of the list read last
    std::size_t listed_tasks = 0;
    std::size_t listed_groups = 0;
    bool saw_list = false;
    bool has_matrix = false;
    bool default_is_missing = false;
    std::optional<Span> last_task;  // a map in the list read last
    Reporter::Mark item_begins;     // of the item read last
    Reporter::Mark item_ends;
    std::vector<std::pair<std::string, Span>> unknown_resources;
    std::vector<TaskIndex> suffixed;  // tasks called something-group
    const ResourceEntry* resource = nullptr;
    std::string resource_name;
  };

  struct Header {
    std::string name;
    std::map<std::string, std::string> labels;
    std::optional<Micros> exec_timeout;
    std::optional<Micros> queue_timeout;
  };

  struct GroupDraft {
    std::string name;
    Span name_at;
    Span at;
    GroupIndex index;
    std::optional<Span> barrier_at;
    std::optional<Span> ignore_nonlead_at;
    bool has_name = false;
    bool has_tasks = false;
    std::size_t tasks = 0;
    std::size_t leads = 0;
    std::vector<HostToken> hosts;
  };

  // `before` is what had been reported before it.
  Reading read_pass(Mended& mended, Reporter::Mark before);
  void read_root(YamlParser& parser, const YamlValue& root);
  void read_workflow(YamlParser& parser, const YamlValue& value);
  void read_field(YamlParser& parser, std::string_view field, const MapCursor::Entry& entry);
  void read_header_field(std::string_view field, const Node& key, const Node& value);
  void read_workflow_name(const Node& value);
  void read_timeout(const Node& value);
  void read_resources(const Node& value);
  bool is_torn_off(YamlParser& parser, const Node& key);
  void note_late_field(std::string_view key);
  void take_note(TaskIndex task, const Node& node);
  void take_notes_of_header();
  bool takes_notes() const { return options_.notes != Notes::kNone; }

  void read_tasks(YamlParser& parser, const YamlValue& value);
  void read_item(YamlParser& parser, const Node& item,
                 const std::function<std::optional<TaskIndex>(const Node&)>& read);
  void read_groups(YamlParser& parser, const YamlValue& value);
  void read_group(YamlParser& parser, const YamlValue& value);
  void read_group_field(YamlParser& parser, std::string_view field, const YamlValue& value, GroupDraft& group);
  void read_group_tasks(YamlParser& parser, const YamlValue& value, GroupDraft& group);
  void close_group(GroupDraft& group);
  void warn_of_group_of_one(const GroupDraft& group);

  // Reads one task into the group begun last. Returns its index if it could be added.
  std::optional<TaskIndex> read_task(const Node& node, GroupDraft& group);
  Inputs knowledge_of_inputs() const;
  bool check_task_name();
  void check_nameless_task();
  const ResourceEntry* resource_of_task();
  std::optional<TaskIndex> add_task();
  void connect_inputs(TaskIndex task);
  void connect_datasets(TaskIndex task);
  void check_hosts(const std::vector<HostToken>& hosts, GroupIndex group);
  void check_made_up_names();
  void check_lists(Span at);
  std::optional<Workflow> finish();

  const LoadOptions& options_;
  const Limits& limits_;
  const PoolConfig& pool_;
  std::string pool_name_;
  Reporter& reporter_;
  TaskReader tasks_;
  Resources resources_;
  MatrixExpansion matrix_;
  Header header_;
  SourceNotes notes_;
  std::optional<Pass> pass_;
  TaskDraft draft_;
  bool single_tasks_ = false;  // `tasks:`: each its own group, whose name is made up
  bool second_pass_ = false;
  bool again_ = false;
};

}  // namespace sennit::spec
