#include "api/borrowed_inputs.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <set>
#include <string_view>
#include <vector>

#include "api/keeper.h"
#include "logs/run_layout.h"
#include "spec/suggest.h"

namespace sennit::api {
namespace {

constexpr std::uint32_t kSuggestedFrom = 100;  // the latest workflows

bool is_open(const InputSpec& input) { return input.from_other && input.other_dir.empty(); }

std::string did_you_mean(const std::string& suggestion) {
  return suggestion.empty() ? "" : fmt::format("; did you mean '{}'?", suggestion);
}

bool is_directory(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

// A task that does not name its output directory gets none, and has written nothing.
bool wrote_output(Records& records, std::string_view id, std::string_view task) {
  const Result<Record> record = records.open(id);
  if (!record) return true;  // it is gone, and what it wrote with it
  const std::optional<TaskIndex> index = find_task(*record->state->spec, task);
  return !index || record->state->spec->body_bytes(*index).find("{{output}}") != std::string_view::npos;
}

class Finder {
 public:
  Finder(Records& records, store::Store& store) : records_(records), store_(store) {}

  // `source` is "<workflow>:<task>". The result is relative to all workflows' runs.
  Result<std::string> find(std::string_view source) {
    const std::size_t colon = source.find(':');
    const std::string_view id = source.substr(0, colon);
    const std::string_view name = source.substr(colon + 1);
    const Result<Record> record = records_.open(id);
    // Whole ids only: what is found by the beginning of another one would be a surprise in a file.
    if (!record || (record->row.submission.id != id && record->row.submission.uuid != id)) {
      return invalid(fmt::format("there is no workflow '{}'{}", id, did_you_mean(nearest_id(id))));
    }
    const core::WorkflowState& workflow = *record->state;
    const std::optional<TaskIndex> task = find_task(*workflow.spec, name);
    if (!task) {
      return invalid(fmt::format("{} has no task '{}'{}", id, name, did_you_mean(nearest_task(*workflow.spec, name))));
    }
    const core::TaskState& row = workflow.task(*task);
    if (!is_group_finished(row.status)) {
      return invalid(fmt::format("task {} of {} has not ended: it is {}", name, id, to_string(row.status)));
    }
    return workflow.submission.id + "/" + logs::relative_output_dir(name, row.number);
  }

 private:
  static Error invalid(std::string message) { return {ErrorCode::kInvalid, std::move(message)}; }

  std::string nearest_id(std::string_view wanted) {
    spec::Nearest nearest(wanted);
    const auto rows = store_.list({.limit = kSuggestedFrom});
    if (!rows) return {};
    for (const store::WorkflowRow& row : *rows) nearest.consider(row.submission.id);
    return nearest.result();
  }

  static std::string nearest_task(const Workflow& workflow, std::string_view wanted) {
    spec::Nearest nearest(wanted);
    for (std::uint32_t i = 0; i < workflow.tasks.size(); ++i) nearest.consider(workflow.name_of(TaskIndex(i)));
    return nearest.result();
  }

  Records& records_;
  store::Store& store_;
};

}  // namespace

Result<BorrowedOutputs> borrowed_of(const Workflow& workflow) {
  BorrowedOutputs outputs;
  for (std::uint32_t t = 0; t < workflow.tasks.size(); ++t) {
    const TaskIndex task(t);
    if (!has_inputs(workflow.body_bytes(task))) continue;
    SENNIT_ASSIGN(const TaskBody body, workflow.body_of(task));
    for (const InputSpec& input : body.inputs) {
      if (input.from_other && !input.other_dir.empty()) outputs.emplace(input.source, input.other_dir);
    }
  }
  return outputs;
}

std::vector<std::string> lenders_of(const BorrowedOutputs& outputs) {
  std::set<std::string> ids;
  for (const auto& [source, directory] : outputs) ids.insert(directory.substr(0, directory.find('/')));
  return {ids.begin(), ids.end()};
}

Result<void> check_there(const BorrowedOutputs& outputs, Records& records, const std::string& runs_dir,
                         const Keeper& keeper) {
  for (const auto& [source, directory] : outputs) {
    const std::string id = directory.substr(0, directory.find('/'));
    const std::string path = runs_dir + "/" + directory;
    const std::string task = source.substr(source.find(':') + 1);
    const bool is_going = keeper.is_going(id);
    if (!is_going && (is_directory(path) || !wrote_output(records, id, task))) continue;
    return Error(ErrorCode::kConflict,
                 fmt::format("the output of {} is gone: {} is not there any more; to make it again: sennit rerun {} "
                             "--from {}",
                             source, path, id, task));
  }
  return {};
}

Result<BorrowedOutputs> find_borrowed(const Workflow& workflow, Records& records, store::Store& store) {
  Finder finder(records, store);
  BorrowedOutputs outputs;
  for (const TaskIndex task : workflow.borrowers) {
    SENNIT_ASSIGN(const TaskBody body, workflow.body_of(task));
    for (const InputSpec& input : body.inputs) {
      if (!is_open(input) || outputs.contains(input.source)) continue;
      Result<std::string> found = finder.find(input.source);
      if (!found) {
        return std::move(found).error().in(fmt::format("task '{}', input '{}'", workflow.name_of(task), input.source));
      }
      outputs.emplace(input.source, std::move(*found));
    }
  }
  return outputs;
}

Result<Workflow> with_borrowed(const Workflow& workflow, const BorrowedOutputs& outputs) {
  Workflow filled = workflow;
  SENNIT_TRY(change_bodies(filled, workflow.borrowers, [&outputs](TaskIndex, TaskBody& body) {
    for (InputSpec& input : body.inputs) {
      if (is_open(input)) input.other_dir = outputs.at(input.source);
    }
  }));
  filled.borrowers.clear();
  return filled;
}

}  // namespace sennit::api
