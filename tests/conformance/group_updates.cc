// The vectors of aggregation.jsonl of kind `update`: something happens to one task of a group, or to the whole group,
// and all rows are looked at. The core is driven by facts where one says what happens in the vector, else by the events
// of the tasks that end.
#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/core_fixture.h"
#include "core/exit_rules.h"
#include "core/transition.h"
#include "exit_actions_json.h"
#include "vectors.h"

namespace json = boost::json;

namespace sennit::conformance {
namespace {

constexpr Micros kLimit = Micros(3'600'000'000);

bool is_whole_group(const json::object& input) { return input.at("event").at("task").is_null(); }
std::string event_status(const json::object& input) { return text_of(input.at("event").as_object(), "status"); }

// Which end of an attempt is reported as this status; none for a status that is no end, or no runner's word.
std::optional<AttemptExit> exit_for(const std::string& status, std::int32_t code) {
  AttemptExit exit;
  exit.code = code;
  if (status == "COMPLETED" || status == "FAILED") return exit;
  exit.how = status == "FAILED_BACKEND_ERROR" ? AttemptExit::How::kLost : AttemptExit::How::kNotStarted;
  if (to_string(core::classify(exit).status) != status) return std::nullopt;
  return exit;
}

const json::object& task_of(const json::object& input, std::string_view name) {
  for (const json::value& task : input.at("tasks").as_array()) {
    if (task.at("name").as_string() == name) return task.as_object();
  }
  ADD_FAILURE() << "no task " << name;
  return input;
}

// Why an answer may differ on purpose, "" if it may not.
std::string_view rule_of(const json::object& input) {
  if (is_whole_group(input) && text_of(input, "group") == "PROCESSING") return "a group in PROCESSING leaves at once";
  return "";
}

// What has not begun is in one state or another, by when resources are given.
std::string compared(std::string_view status) {
  static const std::set<std::string_view> kBefore = {"PROCESSING", "SCHEDULING", "INITIALIZING"};
  return std::string(kBefore.contains(status) ? "not begun" : status);
}

// One vector, played with the core. The others' exits after a stop are delivered at once.
class GroupUpdate : public core::CoreTest {
 public:
  explicit GroupUpdate(const json::object& input) : input_(input) {}
  void TestBody() override {}

  void play() {
    begin();
    forget_effects();
    if (is_whole_group(input_)) {
      happen_to_group();
    } else {
      happen_to_task();
    }
    deliver_exits();
  }

  // What differs from `expect`; "" if nothing does.
  std::string difference(const json::object& expect) const {
    std::map<std::string, const json::object*> rows;  // the latest of each name
    for (const json::value& row : expect.at("tasks").as_array())
      rows[text_of(row.as_object(), "name")] = &row.as_object();
    std::string differs;
    for (const auto& [name, wanted] : rows) differs += row_difference(name, *wanted);
    differs += word_difference("group", to_string(flow().group(group()).status), text_of(expect, "group"));
    differs += word_difference("workflow", to_string(flow().status), text_of(expect, "workflow"));
    std::set<std::string> wanted;
    for (const json::value& name : expect.at("restarted").as_array()) {
      // Telling one that is over does nothing, and one that has not begun begins once.
      if (text_of(task_of(input_, name.as_string()), "status") == "RUNNING") wanted.emplace(name.as_string());
    }
    if (wanted != restarted_) differs += "others restart; ";
    return differs;
  }

 private:
  bool waits() const { return text_of(input_, "group") == "WAITING"; }
  GroupIndex group() const { return GroupIndex(waits() ? 1 : 0); }

  void begin() {
    std::vector<core::TestTask> tasks;
    for (const json::value& value : input_.at("tasks").as_array()) {
      const json::object& task = value.as_object();
      core::TestTask made{.name = text_of(task, "name"), .resources = {}, .policy = {}};
      made.lead = task.at("lead").as_bool();
      made.policy.reschedule_limit = static_cast<std::uint32_t>(input_.at("max_retries").as_int64());
      made.policy.exit_actions = exit_actions(task.at("exitActions").as_object());
      // A pool's come after the task's own.
      for (const ExitAction& action : exit_actions(input_.at("poolExitActions").as_object())) {
        made.policy.exit_actions.push_back(action);
      }
      if (is_whole_group(input_) && event_status(input_) == "FAILED_EXEC_TIMEOUT") made.policy.exec_timeout = kLimit;
      tasks.push_back(std::move(made));
    }
    GroupSpec options;
    options.ignore_nonlead_status = input_.at("ignoreNonleadStatus").as_bool();
    core::TestFlow made;
    if (waits()) made.task("up");
    made.gang(options, tasks, waits() ? std::vector<std::string>{"up"} : std::vector<std::string>{});
    join();
    submit(made.build());
    // The lead last: its end is the end of all.
    bring_all(false);
    if (!lead_runs()) hear_of_failed();
    bring_all(true);
    if (lead_runs()) hear_of_failed();
  }

  void bring_all(bool lead) {
    for (const json::value& task : input_.at("tasks").as_array()) {
      if (task.at("lead").as_bool() == lead)
        bring_to(text_of(task.as_object(), "name"), text_of(task.as_object(), "status"));
    }
  }

  bool lead_runs() const {
    const json::array& tasks = input_.at("tasks").as_array();
    return std::any_of(tasks.begin(), tasks.end(), [](const json::value& task) {
      return task.at("lead").as_bool() && task.at("status").as_string() == "RUNNING";
    });
  }

  void bring_to(const std::string& name, const std::string& status) {
    if (status == "RUNNING") start(name);
    if (status == "COMPLETED") run(name, 0);
    if (status != "FAILED") return;
    start(name);
    failed_.push_back(attempt(name));
  }

  // Heard of together with what happens next: the others have not been told to stop for them yet.
  void hear_of_failed() {
    for (const AttemptId& failed : failed_) {
      core::react(state_, fact::AttemptExited{failed, exit_for("FAILED", 1).value()}, now_, *this);
    }
    failed_.clear();
  }

  void happen_to_task() {
    const json::object& event = input_.at("event").as_object();
    const std::string name = text_of(event, "task");
    if (event_status(input_) == "RUNNING") return start(name);
    if (event_status(input_) == "SCHEDULING") return schedule(name);
    const auto exit = exit_for(event_status(input_), static_cast<std::int32_t>(event.at("exit_code").as_int64()));
    happen(fact::AttemptExited{attempt(name), exit.value()});
  }

  // The core schedules by itself; a task that is further on, or over, does not go back.
  void schedule(const std::string& name) {
    EXPECT_NE(core::task_move(row(name).status, core::TaskEvent::kQueue).verdict, core::Verdict::kGo);
    settle_down();
  }

  void happen_to_group() {
    const std::string status = event_status(input_);
    if (is_group_finished(flow().group(group()).status)) return;
    if (status == "FAILED_UPSTREAM" && waits()) return run("up", 1);
    if (status == "FAILED_CANCELED") return happen(fact::Cancel{WorkflowKey(1), "somebody", ""});
    if (status == "FAILED_EXEC_TIMEOUT" && text_of(input_, "group") == "RUNNING") return pass(kLimit + Micros(1));
    end_all(parse_status(status).value());
  }

  // Each task of the group that is not over ends like this.
  void end_all(Status to) {
    const json::value& code = input_.at("event").at("exit_code");
    std::optional<std::int32_t> exit_code;
    if (!code.is_null()) exit_code = static_cast<std::int32_t>(code.as_int64());
    for (const TaskIndex task : core::TaskRange(flow().spec->group(group()))) {
      if (is_group_finished(flow().task(task).status)) continue;
      Event event{WorkflowKey(1), now_, event::TaskEnded{task, flow().task(task).number, to, exit_code, ""}};
      EXPECT_TRUE(core::check_event(flow(), event).ok());
      core::apply(state_, event);
      emit(std::move(event));
    }
    if (waits()) return run("up");  // the vector's workflow has no other group
    settle_down();
  }

  void deliver_exits() {
    for (const effect::Restart& restart : effects<effect::Restart>()) {
      restarted_.emplace(flow().spec->name_of(restart.attempt.task));
    }
    for (const effect::Stop& stop : effects<effect::Stop>()) {
      AttemptExit exit;
      exit.how = AttemptExit::How::kSignaled;
      exit.code = 15;
      happen(fact::AttemptExited{stop.attempt, exit});
    }
  }

  static std::string word_difference(std::string_view what, std::string_view got, std::string_view wanted) {
    if (compared(got) == compared(wanted)) return "";
    return std::string(what) + " is " + std::string(got) + ", not " + std::string(wanted) + "; ";
  }

  std::string row_difference(const std::string& name, const json::object& wanted) const {
    const core::TaskState& task = row(name);
    std::string differs = word_difference(name, to_string(task.status), text_of(wanted, "status"));
    if (task.number != static_cast<std::uint32_t>(wanted.at("retry_id").as_int64())) differs += name + "'s retry; ";
    // The vectors' rows of before have no code.
    if (wanted.at("exit_code").is_null()) return differs;
    const bool same = task.has_exit_code && task.exit_code == wanted.at("exit_code").as_int64();
    return same ? differs : differs + name + "'s exit code; ";
  }

  const json::object& input_;
  std::vector<AttemptId> failed_;
  std::set<std::string> restarted_;
};

TEST(StatusConformance, GroupUpdates) {
  Verdicts verdicts;
  for (const json::object& vector : vectors_of("aggregation.jsonl")) {
    const json::object& input = vector.at("input").as_object();
    if (input.at("kind").as_string() != "update") continue;
    SCOPED_TRACE(id_of(vector) + ": " + text_of(vector, "note"));
    GroupUpdate update(input);
    update.play();
    verdicts.add(vector, update.difference(vector.at("expect").as_object()), rule_of(input));
  }
  verdicts.finish("updates of groups");
}

}  // namespace
}  // namespace sennit::conformance
