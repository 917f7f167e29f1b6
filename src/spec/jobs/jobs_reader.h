// Reads a file of the jobs dialect (the Oumi workflow format): the header, then the jobs one by one into the model,
// each a group of one task.
//
// Threads:   one.
// Ownership: options, configuration and reporter must outlive it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/workflow_builder.h"
#include "spec/graph_assembly.h"
#include "spec/jobs/job_devices.h"
#include "spec/jobs/job_draft.h"
#include "spec/load.h"
#include "spec/matrix/expansion.h"
#include "spec/reading.h"
#include "spec/reporter.h"
#include "spec/yaml/parser.h"

namespace sennit::spec {

class Schema;

class JobsReader {
 public:
  JobsReader(const LoadOptions& options, const Config& config, Reporter& reporter)
      : options_(options),
        config_(config),
        limits_(config.limits),
        reporter_(reporter),
        matrix_(limits_, reporter, "-_.") {}

  // Nothing if there was an error, which has been reported.
  std::optional<Workflow> read(std::string_view yaml);

  const JobsHeader& header() const { return header_; }
  // What was noted on the way, if the options want it. Once, after read().
  SourceNotes take_notes();
  Reporter& reporter() { return reporter_; }
  const LoadOptions& options() const { return options_; }

  // Text in which ${...} has been replaced. `what` as in values.h.
  bool read_expanded(const Node& value, std::string_view what, std::string& out);
  // A map of variables, expanded; in file order.
  void read_environment(const Node& value, EnvironmentList& environment);

 private:
  struct Pass {
    Pass(Reporter& reporter, const Limits& limits) : graph(builder, reporter, limits, NameMatch::kExact, "job") {}
    WorkflowBuilder builder;
    GraphAssembly graph;
    Reporter::Mark item_begins;  // of the job read last
    Reporter::Mark item_ends;
    bool saw_jobs = false;
    std::size_t listed = 0;
  };

  // `before` is what had been reported before it.
  Reading read_pass(Mended& mended, Reporter::Mark before);
  void read_root(YamlParser& parser, const YamlValue& root);
  void read_jobs(YamlParser& parser, const YamlValue& value);
  void read_item(YamlParser& parser, const Node& item);
  // The job that was added; none if it has no name.
  std::optional<TaskIndex> read_job(const Node& node);
  void take_note(TaskIndex task, const JobDraft& job, const Node& node);
  bool check_name(const JobDraft& job);
  void check_verb(const JobDraft& job);
  std::string config_path(const JobDraft& job);
  void check_remote(const JobDraft& job);
  TaskBody body_of(const JobDraft& job);
  WorkflowDevices devices() const;
  void check_header_devices();
  void apply_environment_flags(JobDraft& job) const;
  std::optional<std::string> variable(std::string_view name) const;
  std::optional<Workflow> finish();

  const LoadOptions& options_;
  const Config& config_;
  const Limits& limits_;
  Reporter& reporter_;
  MatrixExpansion matrix_;
  EnvironmentList environment_flags_;  // --set-env
  JobsHeader header_;
  SourceNotes notes_;
  std::optional<Pass> pass_;
  bool second_pass_ = false;
  bool again_ = false;
};

// A jobs file and one job as JSON Schema, and a map of variables.
Schema jobs_schema();
Schema job_schema();
Schema job_environment_shape();

// The fields of the header (`jobs` excepted) and of one job; job_fields.cc and header_fields.cc. Of a key of the header
// comes back which field it is, or probably is ("" if none).
std::string read_header_field(JobsReader& reader, const Node& key, const Node& value, JobsHeader& header);
void read_job_fields(JobsReader& reader, const Node& node, JobDraft& job);

}  // namespace sennit::spec
