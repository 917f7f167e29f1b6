// Cancel, pause and resume over the API.
#include "api/change.h"

#include "api/service_fixture.h"

namespace sennit::api {
namespace {

constexpr const char* kGang =
    "workflow:\n"
    "  name: gang\n"
    "  groups:\n"
    "  - name: pair\n"
    "    tasks:\n"
    "    - {name: lead, image: x, command: [run], lead: true}\n"
    "    - {name: helper, image: x, command: [run]}\n"
    "  - name: after\n"
    "    tasks:\n"
    "    - {name: use, image: x, command: [run], lead: true, inputs: [{task: lead}]}\n";

class ChangeTest : public ServiceTest {
 protected:
  std::shared_ptr<Answer> change(const std::string& verb, const views::ChangeRequest& request = {},
                                 const std::string& workflow = "last") {
    return wait_for(ask("POST", "/v1/workflows/" + workflow + "/" + verb, to_json(request)));
  }
  views::ChangeReply changed(const std::string& verb, const views::ChangeRequest& request = {}) {
    const auto answer = change(verb, request);
    EXPECT_EQ(answer->status, 202) << answer->body;
    return views::parse_change_reply(answer->body).value();
  }
  views::WorkflowView workflow() { return views::parse_workflow(ask("GET", "/v1/workflows/last")->body).value(); }
};

TEST_F(ChangeTest, ABodyOfEarlierClientsCancelsTheWhole) {
  submit(kTwoTasks);
  const auto answer = wait_for(ask("POST", "/v1/workflows/last/cancel", R"({"user":"ann","message":"enough"})"));
  EXPECT_EQ(answer->status, 202);
  EXPECT_TRUE(views::parse_change_reply(answer->body).value().whole);
  EXPECT_EQ(runner_.stopped.size(), 1U);
}

TEST_F(ChangeTest, ATaskIsCancelledByName) {
  submit(kTwoTasks);
  started(0);
  const views::ChangeReply reply = changed("cancel", {.user = "ann", .names = {"make"}});
  EXPECT_EQ(reply.tasks, std::vector<std::string>{"make"});
  EXPECT_FALSE(reply.whole);
  exited(0, 143);
  EXPECT_EQ(workflow().groups.at(0).tasks.at(0).status, "FAILED_CANCELED");
  EXPECT_EQ(workflow().groups.at(1).tasks.at(0).status, "FAILED_UPSTREAM");
}

TEST_F(ChangeTest, AGroupIsAllOfItsTasks) {
  submit(kGang);
  EXPECT_EQ(changed("cancel", {.groups = {"pair"}}).tasks, (std::vector<std::string>{"lead", "helper"}));
}

TEST_F(ChangeTest, AnUnknownNameChangesNothingAndNamesTheNearest) {
  submit(kTwoTasks);
  const auto answer = change("cancel", {.names = {"make", "usee"}});
  EXPECT_EQ(answer->status, 404);
  EXPECT_NE(answer->body.find("demo-1 has no task or group 'usee'; did you mean 'use'?"), std::string::npos);
  EXPECT_TRUE(runner_.stopped.empty());
}

TEST_F(ChangeTest, WhatHasEndedIsSaidAndIsNoError) {
  submit(kTwoTasks);
  started(0);
  exited(0, 0);
  const views::ChangeReply reply = changed("cancel", {.names = {"make"}});
  ASSERT_EQ(reply.unchanged.size(), 1U);
  EXPECT_EQ(reply.unchanged[0].reason, "is COMPLETED already");
}

TEST_F(ChangeTest, ADryRunOnlyAnswers) {
  submit(kTwoTasks);
  EXPECT_TRUE(changed("cancel", {.dry_run = true}).whole);
  EXPECT_TRUE(runner_.stopped.empty());
}

TEST_F(ChangeTest, CancellingTwiceNeedsForce) {
  submit(kTwoTasks);
  changed("cancel");
  const views::ChangeReply again = changed("cancel");
  EXPECT_FALSE(again.whole);
  EXPECT_NE(again.note.find("--force"), std::string::npos);
  EXPECT_TRUE(changed("cancel", {.force = true}).whole);
  EXPECT_EQ(runner_.stopped.size(), 2U);
}

TEST_F(ChangeTest, APausedWorkflowSaysSoEverywhere) {
  submit(kTwoTasks);
  EXPECT_TRUE(changed("pause", {.user = "ann", .message = "disk"}).whole);
  EXPECT_TRUE(workflow().paused_at.is_set());
  EXPECT_EQ(workflow().paused_by, "ann");
  EXPECT_EQ(workflow().pause_message, "disk");
  const auto list = views::parse_workflow_list(ask("GET", "/v1/workflows")->body).value();
  EXPECT_TRUE(list.workflows.at(0).paused_at.is_set());
  EXPECT_EQ(changed("pause").note, "it is paused already");
  started(0);
  exited(0, 0);
  EXPECT_EQ(runner_.started.size(), 1U);
  EXPECT_TRUE(changed("resume").whole);
  EXPECT_EQ(runner_.started.size(), 2U);
  EXPECT_FALSE(workflow().paused_at.is_set());
}

TEST_F(ChangeTest, APausedTaskHasAMark) {
  submit(kTwoTasks);
  started(0);
  changed("pause", {.user = "ann", .names = {"make"}});
  const views::TaskView task = workflow().groups.at(0).tasks.at(0);
  EXPECT_EQ(task.status, "RUNNING");
  EXPECT_TRUE(task.paused_at.is_set());
  EXPECT_NE(task.reason.find("stands still"), std::string::npos);
  EXPECT_EQ(changed("resume").tasks, std::vector<std::string>{"make"});
  EXPECT_NE(changed("resume").note.find("not paused"), std::string::npos);
}

TEST_F(ChangeTest, WhatCannotBePausedIsAConflict) {
  submit(kTwoTasks);
  changed("cancel");
  EXPECT_EQ(change("pause")->status, 409);
  exited(0, 143);
  EXPECT_EQ(change("pause")->status, 409);
}

}  // namespace
}  // namespace sennit::api
