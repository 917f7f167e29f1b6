// The vectors of aggregation.jsonl that are rules of the core: aggregation, exit actions, allowed moves, predicates.
// group_updates.cc has the kind `update`.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <string>
#include <vector>

#include "core/aggregate.h"
#include "core/exit_rules.h"
#include "core/transition.h"
#include "exit_actions_json.h"
#include "vectors.h"

namespace json = boost::json;

namespace sennit::conformance {
namespace {

using core::NonleadStatus;
using core::StatusCounts;

std::vector<json::object> vectors(std::string_view kind) {
  std::vector<json::object> found;
  for (json::object& vector : vectors_of("aggregation.jsonl")) {
    if (vector.at("input").at("kind").as_string() == kind) found.push_back(std::move(vector));
  }
  return found;
}

// "" if they are equal.
std::string difference(std::string_view got, std::string_view wanted) {
  return got == wanted ? "" : std::string(got) + ", not " + std::string(wanted) + "; ";
}
std::string difference(bool got, const json::value& wanted, std::string_view what) {
  return got == wanted.as_bool() ? "" : std::string(what) + " is " + (got ? "true" : "false") + "; ";
}

// Asks `difference_of` about the input and expectation of each vector of a kind; there must be some.
template <class Difference>
void check_all(std::string_view kind, Difference difference_of) {
  const std::vector<json::object> all = vectors(kind);
  ASSERT_FALSE(all.empty()) << kind;
  Verdicts verdicts;
  for (const json::object& vector : all) {
    verdicts.add(vector, difference_of(vector.at("input").as_object(), vector.at("expect").as_object()));
  }
  verdicts.finish(kind);
}

Status status(const json::value& value) { return parse_status(std::string(value.as_string())).value(); }
WorkflowStatus workflow_status(const json::value& value) {
  return parse_workflow_status(std::string(value.as_string())).value();
}

struct Row {
  std::int64_t retry = 0;
  bool lead = false;
  Status status = Status::kWaiting;
};

// Only the newest retry of a name counts.
std::vector<Row> latest_rows(const json::array& tasks) {
  std::map<std::string, Row> rows;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const json::object& task = tasks[i].as_object();
    const std::string name = task.contains("name") ? text_of(task, "name") : std::to_string(i);
    const Row row{task.contains("retry_id") ? task.at("retry_id").as_int64() : 0, task.at("lead").as_bool(),
                  status(task.at("status"))};
    const auto [it, added] = rows.try_emplace(name, row);
    if (!added && it->second.retry < row.retry) it->second = row;
  }
  std::vector<Row> list;
  for (const auto& [name, row] : rows) list.push_back(row);
  return list;
}

TEST(StatusConformance, Groups) {
  check_all("group", [](const json::object& input, const json::object& expect) {
    StatusCounts counts;
    Status lead = Status::kWaiting;
    for (const Row& row : latest_rows(input.at("tasks").as_array())) {
      counts.add(row.status);
      if (row.lead) lead = row.status;
    }
    const bool ignored = input.at("ignoreNonleadStatus").as_bool();
    const Status have = core::aggregate_group(counts, lead, ignored ? NonleadStatus::kIgnored : NonleadStatus::kCounts);
    return difference(to_string(have), text_of(expect, "status"));
  });
}

TEST(StatusConformance, Workflows) {
  check_all("workflow", [](const json::object& input, const json::object& expect) {
    StatusCounts counts;
    for (const json::value& group : input.at("groups").as_array()) counts.add(status(group));
    const WorkflowStatus aggregate = core::aggregate_workflow(counts);
    const WorkflowStatus current = workflow_status(input.at("current"));
    const auto move = core::workflow_move(current, core::workflow_event_to(aggregate));
    const WorkflowStatus stored = move.verdict == core::Verdict::kGo ? move.to : current;
    return difference(to_string(aggregate), text_of(expect, "aggregate")) +
           difference(to_string(stored), text_of(expect, "stored"));
  });
}

std::string applied_text(const core::ExitDecision& decision) {
  if (decision.limit_reached) return "retry limit reached";
  if (!decision.applied) return "";
  switch (*decision.applied) {
    case ExitActionKind::kComplete: return "COMPLETE";
    case ExitActionKind::kFail: return "FAIL";
    case ExitActionKind::kReschedule:
    case ExitActionKind::kRestart: return "RESCHEDULE";
  }
  return "";
}

TEST(StatusConformance, ExitActions) {
  check_all("exit", [](const json::object& input, const json::object& expect) {
    std::optional<std::int32_t> code;
    if (!input.at("exit_code").is_null()) code = static_cast<std::int32_t>(input.at("exit_code").as_int64());
    const core::ExitDecision decision =
        core::apply_exit_actions(status(input.at("status")), code, exit_actions(input.at("exitActions").as_object()),
                                 exit_actions(input.at("poolExitActions").as_object()),
                                 static_cast<std::uint32_t>(input.at("retry_id").as_int64()),
                                 static_cast<std::uint32_t>(input.at("max_retries").as_int64()));
    return difference(to_string(decision.status), text_of(expect, "status")) +
           difference(applied_text(decision), expect.at("applied").is_null() ? "" : text_of(expect, "applied"));
  });
}

TEST(StatusConformance, TaskMoves) {
  check_all("task_move", [](const json::object& input, const json::object& expect) {
    const Status from = status(input.at("from"));
    const Status to = status(input.at("to"));
    const auto move = core::task_move(from, core::task_event_to(to));
    return difference(to_string(move.verdict == core::Verdict::kGo ? move.to : from), text_of(expect, "status"));
  });
}

// Why an answer may differ on purpose: OSMO asks a group in PROCESSING again every minute.
std::string_view rule_of_group_move(Status from, Status to) {
  const bool ended = to == Status::kFailedCanceled || to == Status::kFailedExecTimeout;
  return from == Status::kProcessing && ended ? "a group in PROCESSING leaves at once" : "";
}

TEST(StatusConformance, GroupMoves) {
  Verdicts verdicts;
  for (const json::object& vector : vectors("group_move")) {
    const json::object& input = vector.at("input").as_object();
    const Status from = status(input.at("from"));
    const Status to = status(input.at("to"));
    const auto move = core::group_move(from, core::group_event_to(to));
    const std::string got(to_string(move.verdict == core::Verdict::kGo ? move.to : from));
    const std::string wanted = text_of(vector.at("expect").as_object(), "status");
    verdicts.add(vector, got == wanted ? "" : got + ", not " + wanted, rule_of_group_move(from, to));
  }
  verdicts.finish("moves of groups");
}

// A group is aggregated again from its only task.
TEST(StatusConformance, GroupsStored) {
  check_all("group_store", [](const json::object& input, const json::object& expect) {
    const Status from = status(input.at("from"));
    StatusCounts counts;
    counts.add(status(input.at("task")));
    const Status aggregate = core::aggregate_group(counts, status(input.at("task")), NonleadStatus::kCounts);
    const auto move = core::group_move(from, core::group_event_to(aggregate));
    return difference(to_string(move.verdict == core::Verdict::kGo ? move.to : from), text_of(expect, "status"));
  });
}

TEST(StatusConformance, Predicates) {
  check_all("task_predicates", [](const json::object& input, const json::object& expect) {
    const Status s = status(input.at("status"));
    return difference(is_finished(s), expect.at("finished"), "finished") +
           difference(is_group_finished(s), expect.at("group_finished"), "group_finished") +
           difference(is_failed(s), expect.at("failed"), "failed") +
           difference(is_prescheduling(s), expect.at("prescheduling"), "prescheduling") +
           difference(is_in_queue(s), expect.at("in_queue"), "in_queue") +
           difference(is_prerunning(s), expect.at("prerunning"), "prerunning");
  });
}

TEST(StatusConformance, WorkflowPredicates) {
  check_all("workflow_predicates", [](const json::object& input, const json::object& expect) {
    const std::string word = text_of(input, "status");
    const std::optional<WorkflowStatus> status = parse_workflow_status(word);
    // OSMO's own code never writes it.
    if (!status) return difference(word, "WAITING");
    return difference(is_finished(*status), expect.at("finished"), "finished") +
           difference(!is_finished(*status), expect.at("alive"), "alive") +
           difference(is_failed(*status), expect.at("failed"), "failed");
  });
}

}  // namespace
}  // namespace sennit::conformance
