// What is submitted, checked and run again, and what the server says of it. See views.h.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/instant.h"
#include "views/workflow_views.h"

namespace sennit::views {

struct DiagnosticView {
  std::string code;
  std::string severity;  // "error" or "warning"
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t length = 0;
  std::uint32_t end_line = 0;
  std::uint32_t end_column = 0;  // the one behind
  std::string source_line;
  std::string message;
  std::string expected;
  std::string suggestion;
  std::string hint;  // the two above in one sentence
  friend bool operator==(const DiagnosticView&, const DiagnosticView&) = default;
};

// The one shape of an error: {"error": {"code", "message", "diagnostics"?}}.
struct ErrorView {
  std::string code;  // to_string(ErrorCode)
  std::string message;
  std::vector<DiagnosticView> diagnostics;
  std::uint64_t more_diagnostics = 0;  // found and not listed
  friend bool operator==(const ErrorView&, const ErrorView&) = default;
};

// A submission as a bundle: everything the server needs and cannot ask for.
struct SubmitRequest {
  std::string file;                          // as the user named it
  std::string text;                          // its bytes
  std::string file_directory;                // absolute: where it lies
  std::map<std::string, std::string> files;  // local files that it names: absolute path -> bytes
  std::vector<std::string> set;
  std::vector<std::string> set_string;
  std::vector<std::string> set_env;
  std::vector<std::pair<std::string, std::string>> environment;  // the client's
  std::string directory;                                         // where the client stands, absolute
  std::optional<std::string> gpus;                               // "0,1": --gpus
  std::optional<std::uint32_t> max_parallel;
  std::string pool;
  std::string priority;
  std::vector<std::string> labels;  // "k=v"
  std::string runtime;              // "": as the pool says; or auto, process, sandbox, container
  bool requeue = true;              // false: what is preempted is not queued again
  std::string user;
  std::vector<std::pair<std::string, std::string>> config;  // flags: key, value
  friend bool operator==(const SubmitRequest&, const SubmitRequest&) = default;
};

struct SubmitReply {
  std::string name;
  std::string uuid;
  std::string outputs;  // directory on the server's host
  std::vector<std::string> warnings;
  std::vector<std::string> notices;         // what is good to know, and no trouble
  std::vector<DiagnosticView> diagnostics;  // warnings with their places
  std::uint64_t tasks = 0;                  // of a workflow that goes on: those that begin again
  std::uint64_t last_event = 0;             // of a workflow that goes on: cursor for following what comes now
  std::string parent_name;                  // the workflow that this one came from; "": none
  std::optional<CostView> cost;
  Instant expected_end_time;  // from earlier runs
  std::optional<bool> tui;    // what the file says about the terminal view
  friend bool operator==(const SubmitReply&, const SubmitReply&) = default;
};

// A workflow that is to be run again; a restart knows only the last three.
struct RerunRequest {
  std::vector<std::string> from;  // these tasks and all that is downstream of them
  std::vector<std::string> only;  // these tasks
  std::vector<std::string> set;   // these four: beside what it was submitted with, or instead
  std::vector<std::string> set_string;
  std::vector<std::string> set_env;
  std::vector<std::string> labels;
  bool dry_run = false;  // answered with a RerunPlan
  std::string pool;      // "": as before
  std::string priority;  // "": as before
  std::string user;
  friend bool operator==(const RerunRequest&, const RerunRequest&) = default;
};

struct BorrowedView {
  std::string source;  // "<workflow>:<task>"
  std::string path;    // on the server's host
  friend bool operator==(const BorrowedView&, const BorrowedView&) = default;
};

// What would be run again.
struct RerunPlan {
  std::string parent_name;
  std::string pool;
  std::string priority;
  std::vector<std::string> tasks;  // in file order
  std::uint64_t of = 0;            // so many tasks the parent has
  std::vector<BorrowedView> borrowed;
  std::vector<DiagnosticView> diagnostics;  // warnings with their places
  friend bool operator==(const RerunPlan&, const RerunPlan&) = default;
};

// What an hour of all GPUs of a file costs, as if its tasks ran at once.
struct HourlyCostView {
  double gpus = 0;                     // who asks for memory of a device counts as one
  double per_hour = 0;                 // in the currency of the prices
  std::optional<double> per_gpu_hour;  // null: several prices
  friend bool operator==(const HourlyCostView&, const HourlyCostView&) = default;
};

// What `validate` says of a file that is valid.
struct ValidationView {
  bool valid = true;
  std::string name;
  std::string format;  // "jobs" or "tasks"
  std::uint64_t tasks = 0;
  std::uint64_t groups = 0;
  std::vector<DiagnosticView> diagnostics;  // warnings
  std::optional<HourlyCostView> cost;       // null: it asks for no GPUs, or nobody has said what they cost
};

}  // namespace sennit::views
