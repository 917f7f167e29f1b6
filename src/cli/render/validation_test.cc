#include "cli/render/validation.h"

#include <gtest/gtest.h>

#include "model/workflow_builder.h"

namespace sennit::cli {
namespace {

GroupIndex add_job(WorkflowBuilder& builder, std::string_view name, std::string verb) {
  const GroupIndex group = builder.begin_group("");
  TaskBody body;
  body.verb = std::move(verb);
  builder.add_task(name, body, {}, {}, true);
  return group;
}

Workflow finish(WorkflowBuilder builder) {
  Result<Workflow> workflow = std::move(builder).finish();
  EXPECT_TRUE(workflow.ok());
  return std::move(workflow).value();
}

TEST(ValidationText, JobsFileReadsAsThePageHasIt) {
  WorkflowBuilder builder;
  builder.header().name = "my-workflow";
  builder.header().dialect = Dialect::kJobs;
  const GroupIndex train = add_job(builder, "train", "train");
  const GroupIndex first = add_job(builder, "eval-1", "evaluate");
  const GroupIndex second = add_job(builder, "eval-2", "evaluate");
  const GroupIndex pack = add_job(builder, "pack", "quantize");
  builder.add_edge(first, train);
  builder.add_edge(second, train);
  builder.add_edge(pack, first);
  builder.add_edge(pack, second);
  EXPECT_EQ(validation_text(finish(std::move(builder)), {}),
            "✓ Workflow configuration is valid!\n"
            "  Name: my-workflow\n"
            "  Jobs: 4\n"
            "    - train: train (depends on: )\n"
            "    - eval-1: evaluate (depends on: train)\n"
            "    - eval-2: evaluate (depends on: train)\n"
            "    - pack: quantize (depends on: eval-1, eval-2)\n");
}

TaskBody body_with(std::string image, std::vector<std::string> inputs) {
  TaskBody body;
  body.image = std::move(image);
  for (std::string& input : inputs) body.inputs.push_back({.source = std::move(input)});
  return body;
}

TEST(ValidationText, TasksFileShowsGroupsAndInputs) {
  WorkflowBuilder builder;
  builder.header().name = "robots";
  const GroupIndex alone = builder.begin_group("");
  builder.add_task("prepare", body_with("debian:12", {}), {}, {}, true);
  const GroupIndex group = builder.begin_group("simulate");
  builder.add_task("world", body_with("sim:1", {"prepare"}), {}, {}, true);
  builder.add_task("robot", body_with("sim:1", {}), {}, {}, false);
  builder.add_edge(group, alone);
  EXPECT_EQ(validation_text(finish(std::move(builder)), {}),
            "✓ Workflow configuration is valid!\n"
            "  Name: robots\n"
            "  Groups: 2\n"
            "  Tasks: 3\n"
            "    - prepare: debian:12 (inputs: )\n"
            "    - group simulate (after: prepare)\n"
            "        - world (lead): sim:1 (inputs: prepare)\n"
            "        - robot: sim:1 (inputs: )\n");
}

TEST(ValidationText, VeryLongTasksFileIsSummedUp) {
  WorkflowBuilder builder;
  for (int n = 0; n < 1500; ++n) {
    builder.begin_group("");
    builder.add_task("t" + std::to_string(n), body_with("i", {}), {}, {}, true);
  }
  const std::string text = validation_text(finish(std::move(builder)), {});
  EXPECT_NE(text.find("    - t999: i (inputs: )\n    and 500 more\n"), std::string::npos);
}

TEST(ValidationText, WhatAnHourCostsComesLast) {
  WorkflowBuilder builder;
  builder.header().dialect = Dialect::kJobs;
  add_job(builder, "train", "train");
  const Workflow workflow = finish(std::move(builder));
  EXPECT_TRUE(validation_text(workflow, spec::HourlyCost{4500, 9, 2.0})
                  .ends_with("\n  Cost: $9.00 an hour of all its 4.5 GPUs (at $2.00 a GPU-hour)\n"));
  EXPECT_TRUE(
      validation_text(workflow, spec::HourlyCost{1000, 2, 2.0}).ends_with("\n  Cost: $2.00 an hour of its GPU\n"));
  EXPECT_NE(validation_json(workflow, {}, spec::HourlyCost{4500, 9, 2.0}).find(R"("cost":{"gpus":4.5,"per_hour":9,)"),
            std::string::npos);
}

TEST(ValidationJson, SaysTheCounts) {
  WorkflowBuilder builder;
  builder.header().name = "my \"flow\"";
  builder.header().dialect = Dialect::kJobs;
  add_job(builder, "train", "train");
  EXPECT_EQ(validation_json(finish(std::move(builder)), {}, {}),
            R"({"valid":true,"name":"my \"flow\"","format":"jobs","tasks":1,"groups":1,"diagnostics":[],"cost":null})");
}

}  // namespace
}  // namespace sennit::cli
