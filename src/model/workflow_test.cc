#include "model/workflow.h"

#include <gtest/gtest.h>

#include "model/order.h"
#include "model/workflow_builder.h"

namespace sennit {
namespace {

TaskBody body_of(std::string command) {
  TaskBody body;
  body.image = "alpine:3";
  body.command = {std::move(command), ""};
  body.environment = {{"A", "1"}, {"EMPTY", ""}};
  body.files = {{"/tmp/x", "text\n"}, {.path = "/tmp/y", .contents = "{{output}}", .raw = true}};
  body.inputs = {{InputSpec::Kind::kTask, "make", TaskIndex(0), true, ".*", "old-1/make/0/output"}};
  body.outputs = {{OutputSpec::Kind::kUrl, "s3://b/out", "", ""}};
  body.checkpoints = {{"/ck", "s3://b/ck", -5, ""}};
  body.credentials = {{"c1", "/creds", {}}, {"c2", "", {{"TOKEN", "key"}}}};
  body.kpis = {{"0", "k.json"}};
  body.volume_mounts = {"/a:/b"};
  body.platform_mounts = {"/data"};
  body.privileged = true;
  body.workdir = "w";
  body.nodes_excluded = {"n1"};
  return body;
}

// make -> (head, tail)
Workflow two_stages() {
  WorkflowBuilder builder;
  builder.header().name = "demo";
  builder.header().labels = {{"team", "infra"}};
  builder.header().timeout = std::chrono::hours(8);
  ResourceRequest none;
  ResourceRequest big;
  big.cpus = 0;
  big.gpu_count = 2;
  TaskPolicy policy;
  policy.exit_actions = {{ExitActionKind::kComplete, 0, 0}, {ExitActionKind::kReschedule, 10, 20}};
  const GroupIndex one = builder.begin_group("");
  builder.add_task("make", body_of("make"), none, {}, true);
  const GroupIndex two = builder.begin_group("stage-two", {.ignore_nonlead_status = false});
  builder.add_task("head", body_of("head"), big, policy, true);
  builder.add_task("tail", body_of("tail"), none, {}, false);
  builder.add_edge(two, one);
  builder.add_edge(two, one);
  return std::move(builder).finish().value();
}

TEST(TaskBody, ItsImageIsKnownWithoutReadingAllOfIt) {
  TaskBody body;
  body.command = {"true"};
  std::string bytes;
  encode(body, bytes);
  EXPECT_EQ(image_of(bytes), "");
  EXPECT_EQ(image_of(""), "");
  body.image = "alpine:3";
  bytes.clear();
  encode(body, bytes);
  EXPECT_EQ(image_of(bytes), "alpine:3");
}

TEST(TaskBody, WhatMovesDataIsKnownWithoutReadingAllOfIt) {
  const auto moves = [](const TaskBody& body) {
    std::string bytes;
    encode(body, bytes);
    return has_transfers(bytes);
  };
  TaskBody body;
  body.command = {"true"};
  body.inputs = {{.kind = InputSpec::Kind::kTask, .source = "make"}};
  EXPECT_FALSE(moves(body));
  body.inputs.front().regex = "x";
  EXPECT_TRUE(moves(body));
  body.inputs = {{.kind = InputSpec::Kind::kUrl, .source = "s3://b/x"}};
  EXPECT_TRUE(moves(body));
  body.inputs.clear();
  body.kpis = {{.index = "loss", .path = "loss"}};
  EXPECT_TRUE(moves(body));
  body.kpis.clear();
  body.outputs = {{.kind = OutputSpec::Kind::kUrl, .target = "s3://b/x", .path = "", .regex = ""}};
  EXPECT_TRUE(moves(body));
}

TEST(Workflow, GroupOfOneTaskIsNamedAfterIt) {
  const Workflow workflow = two_stages();
  EXPECT_EQ(workflow.name_of(GroupIndex(0)), "make-group");
  EXPECT_EQ(workflow.name_of(GroupIndex(1)), "stage-two");
  EXPECT_EQ(workflow.lead_of(GroupIndex(1)), TaskIndex(1));
}

TEST(Workflow, RepeatedEdgeIsStoredOnceInBothDirections) {
  const Workflow workflow = two_stages();
  ASSERT_EQ(workflow.upstream.of(GroupIndex(1)).size(), 1U);
  EXPECT_EQ(workflow.downstream.of(GroupIndex(0))[0], GroupIndex(1));
  EXPECT_TRUE(workflow.downstream.of(GroupIndex(1)).empty());
}

Workflow with_policy(const TaskPolicy& policy) {
  WorkflowBuilder builder;
  builder.begin_group("");
  builder.add_task("a", {}, {}, policy, true);
  return std::move(builder).finish().value();
}

TEST(Workflow, RetryRulesSurviveTheirEncoding) {
  TaskPolicy policy;
  policy.max_retries = 3;
  policy.retry_delay = std::chrono::seconds(10);
  policy.retry_backoff = 1'500;
  policy.retry_max_delay = std::chrono::minutes(5);
  policy.exit_actions = {{ExitActionKind::kRestart, 5, 5}};
  for (const std::uint32_t limit : {0U, 1U, kDefaultRescheduleLimit, 7U}) {
    policy.reschedule_limit = limit;
    const Workflow again = decode_workflow(encode(with_policy(policy))).value();
    EXPECT_EQ(again.policy_of(TaskIndex(0)), policy) << limit;
  }
}

TEST(Workflow, DemandsAndBorrowersAreNotedWhileItIsBuilt) {
  WorkflowBuilder builder;
  builder.begin_group("");
  builder.add_task("plain", {}, {}, {}, true);
  TaskBody body;
  body.files = {{"/etc/motd", ""}};
  body.inputs = {{.source = "old-1:make", .from_other = true}};
  for (const char* name : {"first", "second"}) {
    builder.begin_group("");
    builder.add_task(name, body, {}, {}, true);
  }
  const Workflow workflow = std::move(builder).finish().value();
  const std::vector<std::pair<Demand, TaskIndex>> demands = {{Demand::kFiles, TaskIndex(1)}};
  EXPECT_EQ(workflow.demands, demands);
  EXPECT_EQ(workflow.borrowers, (std::vector{TaskIndex(1), TaskIndex(2)}));
}

TEST(Workflow, ChangedBodiesLeaveTheOthersAlone) {
  Workflow workflow = two_stages();
  const auto lengthen = [](TaskIndex, TaskBody& body) { body.inputs.at(0).other_dir = "a/longer/directory/output"; };
  ASSERT_TRUE(change_bodies(workflow, std::vector{TaskIndex(1)}, lengthen).ok());
  EXPECT_EQ(workflow.body_of(TaskIndex(1)).value().inputs.at(0).other_dir, "a/longer/directory/output");
  EXPECT_EQ(workflow.body_of(TaskIndex(0)).value(), body_of("make"));
  EXPECT_EQ(workflow.body_of(TaskIndex(2)).value(), body_of("tail"));
}

TEST(Workflow, EncodingKeepsEverything) {
  const Workflow workflow = two_stages();
  const std::string bytes = encode(workflow);
  const Result<Workflow> again = decode_workflow(bytes);
  ASSERT_TRUE(again.ok()) << again.error().message();
  EXPECT_EQ(encode(*again), bytes);
  EXPECT_EQ(again->name_of(TaskIndex(2)), "tail");
  EXPECT_EQ(again->resources_of(TaskIndex(1)).cpus, 0U);
  EXPECT_FALSE(again->resources_of(TaskIndex(2)).cpus.has_value());
  EXPECT_EQ(again->policy_of(TaskIndex(1)), workflow.policy_of(TaskIndex(1)));
  EXPECT_FALSE(again->group(GroupIndex(1)).ignore_nonlead_status);
  EXPECT_EQ(again->body_of(TaskIndex(1)).value(), body_of("head"));
}

TEST(Workflow, EncodingKeepsTheNameOfAGroupThatWasNamedAfterItsTasks) {
  WorkflowBuilder builder;
  for (const char* name : {"first", "second"}) {
    const GroupIndex group = builder.begin_group("");
    builder.add_task(std::string(name) + "-lead", {}, {}, {}, true);
    builder.add_task(std::string(name) + "-side", {}, {}, {}, false);
    builder.name_group(group, name);
  }
  const Result<Workflow> again = decode_workflow(encode(std::move(builder).finish().value()));
  ASSERT_TRUE(again.ok()) << again.error().message();
  EXPECT_EQ(again->name_of(GroupIndex(0)), "first");
  EXPECT_EQ(again->name_of(TaskIndex(1)), "first-side");
  EXPECT_EQ(again->name_of(GroupIndex(1)), "second");
  EXPECT_EQ(again->name_of(TaskIndex(2)), "second-lead");
}

TEST(Workflow, WhoFetchesIsKnownWithoutItsBody) {
  WorkflowBuilder builder;
  builder.begin_group("");
  TaskBody fetching;
  fetching.inputs = {{.kind = InputSpec::Kind::kUrl, .source = "s3://b/x"}};
  builder.add_task("a", fetching, {}, {}, false);
  builder.add_task("b", {}, {}, {}, true);
  const Workflow again = decode_workflow(encode(std::move(builder).finish().value())).value();
  EXPECT_TRUE(again.tasks[0].fetches);
  EXPECT_FALSE(again.tasks[0].lead);
  EXPECT_FALSE(again.tasks[1].fetches);
  EXPECT_TRUE(again.tasks[1].lead);
}

TEST(Workflow, EveryCutIsCorruptOrRefused) {
  const std::string bytes = encode(two_stages());
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    const Result<Workflow> cut_short = decode_workflow(std::string_view(bytes).substr(0, cut));
    if (cut_short.ok()) {
      EXPECT_TRUE(cut_short->tasks.empty()) << "cut at " << cut;
    }
  }
}

TEST(WorkflowBuilder, CycleIsNamedInOrder) {
  WorkflowBuilder builder;
  for (const char* name : {"a", "b", "c"}) {
    builder.begin_group("");
    builder.add_task(name, {}, {}, {}, true);
  }
  builder.add_edge(GroupIndex(0), GroupIndex(1));
  EXPECT_TRUE(builder.find_cycles(2).empty());
  builder.add_edge(GroupIndex(1), GroupIndex(2));
  builder.add_edge(GroupIndex(2), GroupIndex(1));
  EXPECT_EQ(builder.find_cycles(2),
            (std::vector<std::vector<GroupIndex>>{{GroupIndex(1), GroupIndex(2), GroupIndex(1)}}));
}

// a <-> b, c <-> d
TEST(WorkflowBuilder, EveryCycleIsFoundUpToAsManyAsWanted) {
  WorkflowBuilder builder;
  for (const char* name : {"a", "b", "c", "d"}) {
    builder.begin_group("");
    builder.add_task(name, {}, {}, {}, true);
  }
  for (const std::uint32_t i : {0U, 2U}) {
    builder.add_edge(GroupIndex(i), GroupIndex(i + 1));
    builder.add_edge(GroupIndex(i + 1), GroupIndex(i));
  }
  EXPECT_EQ(builder.find_cycles(9).size(), 2U);
  EXPECT_EQ(builder.find_cycles(1).size(), 1U);
}

TEST(WorkflowBuilder, DeepChainNeedsNoStack) {
  WorkflowBuilder builder;
  constexpr std::uint32_t kDepth = 200'000;
  for (std::uint32_t i = 0; i < kDepth; ++i) {
    builder.begin_group("");
    builder.add_task("t", {}, {}, {}, true);
    if (i > 0) builder.add_edge(GroupIndex(i - 1), GroupIndex(i));
  }
  EXPECT_TRUE(builder.find_cycles(2).empty());
}

TEST(AttemptId, TextComesBack) {
  const AttemptId id{InstanceId(0x3f9c2a71d0b4e856), WorkflowKey(12), TaskIndex(7), 3};
  EXPECT_EQ(to_string(id), "3f9c2a71d0b4e856-12-7-3");
  EXPECT_EQ(parse_attempt_id(to_string(id)), id);
  for (const char* bad : {"", "x", "3f-1-2", "3f-1-2-", "3f-1-2-3-", "3f-1-2-3 ", "3f--2-3"}) {
    EXPECT_FALSE(parse_attempt_id(bad).has_value()) << bad;
  }
}

TEST(StartOrder, EncodingKeepsEverything) {
  StartOrder order;
  order.behind = AttemptId{};
  order.attempt = {InstanceId(1), WorkflowKey(2), TaskIndex(3), 4};
  order.task = "train";
  order.body = "body";
  order.gpus = GpuSet::first(3);
  order.input_dirs = {"a/0/output", ""};
  order.hosts = {{"peer", "127.1.2.3"}};
  order.barrier = true;
  order.limits = {.memory = gibibytes(2), .cpus = 3, .processes = 100};
  order.credentials = {{"hub", {CredentialType::kData, {{"token", "a\nb"}, {"empty", ""}}}}, {"none", {}}};
  order.credential_problem = "gone";
  std::string bytes;
  encode(order, bytes);
  const StartOrder again = decode_start_order(bytes).value();
  EXPECT_EQ(again.attempt, order.attempt);
  EXPECT_EQ(again.input_dirs, order.input_dirs);
  EXPECT_EQ(again.hosts, order.hosts);
  EXPECT_EQ(again.gpus, order.gpus);
  EXPECT_TRUE(again.barrier);
  EXPECT_EQ(again.limits, order.limits);
  EXPECT_EQ(again.credentials, order.credentials);
  EXPECT_EQ(again.credential_problem, order.credential_problem);
}

TEST(WorkflowContext, KeepsTheWishAndOneOfEarlierReleasesHasNone) {
  WorkflowContext context;
  context.key = WorkflowKey(3);
  std::string bytes;
  encode(context, bytes);
  EXPECT_EQ(decode_workflow_context(bytes)->runtime, Runtime::kAuto);
  context.runtime = Runtime::kContainer;
  bytes.clear();
  encode(context, bytes);
  EXPECT_EQ(decode_workflow_context(bytes)->runtime, Runtime::kContainer);
  bytes.back() = 9;
  EXPECT_EQ(decode_workflow_context(bytes).error().code(), ErrorCode::kCorrupt);
}

TEST(GpuSet, LowestTakesTheFirstFree) {
  GpuSet set = GpuSet::from_bits(0b10110);
  EXPECT_EQ(to_string(set.lowest(2)), "1,2");
  EXPECT_EQ(set.lowest(9), set);
  EXPECT_EQ(GpuSet::first(64).count(), 64U);
}

}  // namespace
}  // namespace sennit
