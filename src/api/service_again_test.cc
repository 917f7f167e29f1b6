// Restart, rerun and resume over the real engine.
#include "api/service_fixture.h"

namespace sennit::api {
namespace {

constexpr const char* kTemplated =
    "workflow:\n"
    "  name: demo\n"
    "  tasks:\n"
    "  - name: make\n"
    "    image: alpine:3\n"
    "    command: [make, \"{{ size }}\"]\n"
    "  - name: use\n"
    "    image: alpine:3\n"
    "    command: [cat, \"{{input:0}}/x\"]\n"
    "    inputs:\n"
    "    - task: make\n"
    "default-values:\n"
    "  size: 3\n";

class Again : public ServiceTest {
 protected:
  std::shared_ptr<Answer> post_to(const std::string& target, const views::RerunRequest& request = {}) {
    return wait_for(ask("POST", target, to_json(request)));
  }
  std::shared_ptr<Answer> resume(const std::string& id) {
    return wait_for(ask("POST", "/v1/workflows/" + id + "/resume", to_json(views::ChangeRequest{.user = "bob"})));
  }
  std::string status(const std::string& id) {
    return views::parse_workflow(ask("GET", "/v1/workflows/" + id)->body).value().status;
  }
  std::vector<std::string> command(std::size_t order) {
    return decode_task_body(runner_.started.at(order).body).value().command;
  }
  // What the newest workflow was stored with.
  std::vector<std::string> newest_command() {
    return decode_workflow(disk_.workflows.rbegin()->second.spec)->body_of(TaskIndex(0)).value().command;
  }
  // demo-1, of which `make` completed and `use` failed.
  void fail_demo() {
    submit(kTwoTasks);
    exited(0, 0);
    exited(1, 3);
  }
};

TEST_F(Again, RestartTakesUserPoolAndPriorityAlong) {
  fail_demo();
  const auto answer = post_to("/v1/workflows/demo-1/restart", {.priority = "high", .user = "bob"});
  ASSERT_EQ(answer->status, 201) << answer->body;
  const auto view = views::parse_workflow(ask("GET", "/v1/workflows/demo-2")->body).value();
  EXPECT_EQ(view.parent_name, "demo-1");
  EXPECT_EQ(view.submitted_by, "bob");
  EXPECT_EQ(view.priority, "HIGH");
  EXPECT_EQ(view.pool, "local");
  EXPECT_EQ(runner_.started.back().input_dirs.at(0), runs_dir_ + "/demo-1/make/0/output");
  EXPECT_EQ(post_to("/v1/workflows/demo-1/restart", {.pool = "none"})->status, 400);
}

TEST_F(Again, RestartOfARestartReadsTwoGenerationsBack) {
  submit(
      "workflow:\n  name: demo\n  tasks:\n"
      "  - {name: a, image: x, command: [run]}\n"
      "  - {name: b, image: x, command: [run], inputs: [{task: a}]}\n");
  exited(0, 0);
  exited(1, 1);
  post_to("/v1/workflows/demo-1/restart");
  exited(2, 1);
  ASSERT_EQ(post_to("/v1/workflows/demo-2/restart")->status, 201);
  EXPECT_EQ(runner_.started.back().input_dirs.at(0), runs_dir_ + "/demo-1/a/0/output");
  const store::MemoryWorkflow& third = disk_.workflows.rbegin()->second;
  EXPECT_EQ(third.lenders, std::vector<std::string>{"demo-1"});
}

TEST_F(Again, RerunWithoutOptionsIsTheSameByteForByte) {
  submit(kTemplated);
  ASSERT_EQ(post_to("/v1/workflows/demo-1/rerun")->status, 201);
  const store::MemoryWorkflow& before = disk_.workflows.begin()->second;
  const store::MemoryWorkflow& after = disk_.workflows.rbegin()->second;
  EXPECT_EQ(after.row.submission.id, "demo-2");
  EXPECT_EQ(after.spec, before.spec);
  EXPECT_EQ(after.source_text, before.source_text);
  EXPECT_EQ(after.rendered, before.rendered);
  EXPECT_EQ(command(1), command(0));
  EXPECT_EQ(runner_.contexts.at(1).environment, runner_.contexts.at(0).environment);
}

TEST_F(Again, RerunWithOtherValuesReadsTheStoredFile) {
  submit(kTemplated);
  ASSERT_EQ(post_to("/v1/workflows/demo-1/rerun", {.set = {"size=8"}})->status, 201);
  EXPECT_EQ(newest_command(), (std::vector<std::string>{"make", "8"}));
  ASSERT_EQ(post_to("/v1/workflows/demo-2/rerun", {.set_env = {"A=b"}})->status, 201);
  EXPECT_EQ(newest_command(), (std::vector<std::string>{"make", "8"})) << "what was set before stays set";
  ASSERT_EQ(post_to("/v1/workflows/demo-3/rerun", {.set_string = {"size=9"}})->status, 201);
  ASSERT_EQ(post_to("/v1/workflows/demo-4/rerun", {.set = {"size=10"}})->status, 201);
  EXPECT_EQ(newest_command(), (std::vector<std::string>{"make", "10"})) << "the newest value wins, however it is set";
}

TEST_F(Again, AVariableThatTheFileHasNotIsRefused) {
  submit(kTemplated);
  const auto answer = post_to("/v1/workflows/demo-1/rerun", {.set = {"sise=8"}});
  EXPECT_EQ(answer->status, 400);
  const auto error = views::parse_error(answer->body).value();
  ASSERT_EQ(error.diagnostics.size(), 1U) << answer->body;
  EXPECT_EQ(error.diagnostics[0].suggestion, "size");
  EXPECT_EQ(error.diagnostics[0].severity, "error");
  EXPECT_EQ(service_.submissions(), 0U);
}

TEST_F(Again, RerunFromATaskUsesWhatCompleted) {
  fail_demo();
  const auto plan = post_to("/v1/workflows/demo-1/rerun", {.from = {"use"}, .dry_run = true});
  ASSERT_EQ(plan->status, 200) << plan->body;
  const auto view = views::parse_rerun_plan(plan->body).value();
  EXPECT_EQ(view.tasks, std::vector<std::string>{"use"});
  EXPECT_EQ(view.of, 2U);
  EXPECT_EQ(view.borrowed.at(0).source, "demo-1:make");
  EXPECT_EQ(disk_.workflows.size(), 1U) << "nothing was run";
  ASSERT_EQ(post_to("/v1/workflows/demo-1/rerun", {.from = {"use"}})->status, 201);
  EXPECT_EQ(runner_.started.back().task, "use");
  EXPECT_EQ(post_to("/v1/workflows/demo-1/rerun", {.only = {"uze"}})->status, 400);
  EXPECT_EQ(post_to("/v1/workflows/demo-1/rerun", {.from = {"use"}, .only = {"use"}})->status, 400);
}

TEST_F(Again, OutputsThatAreGoneAreNamed) {
  submit(
      "workflow:\n  name: demo\n  tasks:\n"
      "  - {name: a, image: x, command: [run, \"{{output}}\"]}\n"
      "  - {name: b, image: x, command: [run], inputs: [{task: a}]}\n");
  exited(0, 0);
  exited(1, 1);
  for (const char* target : {"/v1/workflows/demo-1/restart", "/v1/workflows/demo-1/rerun"}) {
    const auto answer = post_to(target, {.from = {"b"}});
    EXPECT_EQ(answer->status, 409);
    EXPECT_NE(answer->body.find("the output of demo-1:a is gone"), std::string::npos) << answer->body;
  }
  EXPECT_EQ(resume("demo-1")->status, 409);
  EXPECT_EQ(status("demo-1"), "FAILED");
  std::filesystem::create_directories(runs_dir_ + "/demo-1/a/0/output");
  EXPECT_EQ(resume("demo-1")->status, 200);
  EXPECT_EQ(service_.submissions(), 0U);
}

// --- the same workflow goes on -------------------------------------------------------------------------------------

TEST_F(Again, ResumeGoesOnWithWhatFailed) {
  fail_demo();
  ASSERT_EQ(status("demo-1"), "FAILED");
  const auto answer = resume("demo-1");
  ASSERT_EQ(answer->status, 200) << answer->body;
  const auto reply = views::parse_change_reply(answer->body).value();
  EXPECT_EQ(reply.name, "demo-1");
  EXPECT_EQ(reply.reopened, 1U);
  EXPECT_EQ(status("demo-1"), "PENDING");
  const auto events = views::parse_event_list(
      ask("GET", "/v1/workflows/demo-1/events?after=" + std::to_string(reply.last_event))->body);
  EXPECT_EQ(events.value().events.at(0).kind, "reopened");
  EXPECT_EQ(events.value().events.at(0).message, "by bob");
  started(2);
  exited(2, 0);
  const auto view = views::parse_workflow(ask("GET", "/v1/workflows/demo-1?verbose=1")->body).value();
  EXPECT_EQ(view.status, "COMPLETED");
  ASSERT_EQ(view.groups.at(1).tasks.size(), 2U);
  EXPECT_EQ(view.groups.at(1).tasks.at(0).status, "FAILED") << "the attempt before keeps its end";
  EXPECT_EQ(view.groups.at(1).tasks.at(1).retry_id, 1U);
}

TEST_F(Again, ResumeOfWhatGoesOnChangesNothing) {
  submit(kTwoTasks);
  const auto answer = resume("demo-1");
  EXPECT_EQ(answer->status, 202);
  EXPECT_NE(answer->body.find("not paused"), std::string::npos) << answer->body;
}

TEST_F(Again, ResumeOfWhatCompletedIsRefusedWithTheCommand) {
  submit(kTwoTasks);
  exited(0, 0);
  exited(1, 0);
  const auto answer = resume("demo-1");
  EXPECT_EQ(answer->status, 409);
  EXPECT_NE(answer->body.find("sennit rerun demo-1"), std::string::npos) << answer->body;
}

TEST_F(Again, ResumeTwiceMakesOneReopening) {
  fail_demo();
  auto first = ask("POST", "/v1/workflows/demo-1/resume");
  auto second = ask("POST", "/v1/workflows/demo-1/resume");
  wait_for(first);
  wait_for(second);
  EXPECT_EQ(first->status, 200) << first->body;
  EXPECT_EQ(second->status, 202) << second->body;
  EXPECT_EQ(views::parse_change_reply(second->body).value().reopened, 0U);
  EXPECT_EQ(runner_.started.size(), 3U);
}

TEST_F(Again, AWorkflowThatCouldNotBeReadDoesNotGoOn) {
  submit(kTwoTasks);
  disk_.workflows.begin()->second.row.finished = true;
  disk_.workflows.begin()->second.row.status = WorkflowStatus::kFailedServerError;
  engine::Engine other(store_, loop_.clock(), {.instance = InstanceId(7), .runs_dir = runs_dir_});
  ASSERT_TRUE(other.recover().ok());
  std::optional<Error> refused;
  other.reopen({WorkflowKey(1), "", ""}, [&](const Result<engine::Reopened>& reopened) {
    if (!reopened) refused = reopened.error();
  });
  while (other.step()) {
  }
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code(), ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace sennit::api
