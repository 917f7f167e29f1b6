#include "agent/ctrl/task_order.h"

#include <gtest/gtest.h>

#include "wire/messages.h"

namespace sennit::agent {
namespace {

void append(std::string& bytes, const wire::Message& message) {
  std::string payload;
  const wire::FrameType type = wire::encode(message, payload);
  wire::append_frame(bytes, type, payload);
}

WorkflowContext context(std::uint64_t key) {
  WorkflowContext context;
  context.key = WorkflowKey(key);
  context.id = "flow-1";
  context.environment = {{"A", "workflow"}};
  return context;
}

StartOrder start(const TaskBody& body) {
  StartOrder order;
  order.attempt = {InstanceId(9), WorkflowKey(1), TaskIndex(0), 3};
  order.task = "train";
  encode(body, order.body);
  order.hosts = {{"peer", "10.0.0.2"}};
  return order;
}

std::string order_of(const TaskBody& body) {
  std::string bytes;
  append(bytes, wire::AddWorkflow{context(1)});
  append(bytes, wire::Start{start(body)});
  return bytes;
}

TaskBody some_body() {
  TaskBody body;
  body.command = {"run", "{{output}}/model"};
  body.args = {"{{input:0}}", "{{host:peer}}", "{{workflow_id}}"};
  body.environment = {{"A", "task"}, {"OUT", "{{output}}"}};
  body.workdir = "/work";
  body.inputs = {{.kind = InputSpec::Kind::kUrl, .source = "s3://b/x", .task = {}, .regex = "", .other_dir = ""}};
  return body;
}

TEST(TaskOrder, TokensBecomePathsOfTheContainer) {
  const Result<TaskOrder> order = parse_task_order(order_of(some_body()));
  ASSERT_TRUE(order.ok());
  const wire::StartCommand command = start_command_of(*order).value();
  const std::vector<std::string> words = {"run", "/osmo/data/output/model", "/osmo/data/input/0", "10.0.0.2", "flow-1"};
  EXPECT_EQ(command.argv, words);
  EXPECT_EQ(command.directory, "/work");
}

TEST(TaskOrder, PeersHaveNamesInANetworkOfTheirOwn) {
  const Result<TaskOrder> order = parse_task_order(order_of(some_body()), PeerNames::kOfNetwork);
  ASSERT_TRUE(order.ok());
  EXPECT_EQ(order->body.args[1], "peer");
}

TEST(TaskOrder, FramesComeBackAsTheyWent) {
  StartOrder order = start(some_body());
  order.group = 3;
  order.registry = {{.type = CredentialType::kRegistry, .payload = {{"auth", "x"}}}};
  const Result<OrderFrames> frames = parse_order_frames(format_order_frames(context(1), order));
  ASSERT_TRUE(frames.ok());
  EXPECT_EQ(frames->start.group, 3U);
  EXPECT_EQ(frames->start.registry, order.registry);
  EXPECT_EQ(frames->start.body, order.body);
  EXPECT_EQ(frames->context.id, "flow-1");
}

// Nothing of what its workflow was submitted in.
TEST(TaskOrder, VariablesAreTheTasks) {
  const wire::StartCommand command = start_command_of(parse_task_order(order_of(some_body())).value()).value();
  const std::vector<std::pair<std::string, std::string>> variables = {
      {"A", "task"},
      {"OUT", "/osmo/data/output"},
      {"SENNIT_WORKFLOW_ID", "flow-1"},
      {"SENNIT_TASK", "train"},
      {"SENNIT_ATTEMPT", to_string(AttemptId{InstanceId(9), WorkflowKey(1), TaskIndex(0), 3})},
      {"SENNIT_CONTAINER", to_string(AttemptId{InstanceId(9), WorkflowKey(1), TaskIndex(0), 3})},
      {"SENNIT_PROGRESS", "/osmo/data/socket/progress"}};
  EXPECT_EQ(command.environment, variables);
}

TEST(TaskOrder, IncompleteOnesAreRefused) {
  const std::string whole = order_of(some_body());
  EXPECT_EQ(parse_task_order("").error().code(), ErrorCode::kInvalid);
  EXPECT_EQ(parse_task_order(whole.substr(0, whole.size() - 1)).error().code(), ErrorCode::kCorrupt);
  std::string foreign;
  append(foreign, wire::AddWorkflow{context(2)});
  append(foreign, wire::Start{start(some_body())});
  EXPECT_EQ(parse_task_order(foreign).error().code(), ErrorCode::kInvalid);
}

}  // namespace
}  // namespace sennit::agent
