#include "api/part.h"

#include <gtest/gtest.h>

#include "model/workflow_builder.h"

namespace sennit::api {
namespace {

// Tasks with the tasks that each reads, in order; each is a group of its own.
Workflow flow(const std::vector<std::pair<std::string, std::vector<std::string>>>& tasks) {
  WorkflowBuilder builder;
  builder.header().name = "flow";
  builder.header().timeout = std::chrono::hours(1);
  std::map<std::string, std::uint32_t> positions;
  for (const auto& [name, reads] : tasks) {
    builder.begin_group(name == "train" ? "stage" : "");
    TaskBody body;
    body.command = {"run"};
    for (const std::string& from : reads) {
      const bool other = from.find(':') != std::string::npos;
      InputSpec input{.source = from, .from_other = other};
      if (!other) input.task = TaskIndex(positions.at(from));
      if (other) input.other_dir = "older-1/x/0/output";
      body.inputs.push_back(input);
    }
    builder.add_task(name, body, {}, {.max_retries = 2}, true);
    positions[name] = static_cast<std::uint32_t>(positions.size());
    for (const std::string& from : reads) {
      if (positions.contains(from)) builder.add_edge(GroupIndex(positions[name]), GroupIndex(positions[from]));
    }
  }
  return std::move(builder).finish().value();
}

Origin origin(Workflow spec, std::vector<Status> groups) {
  Origin made{.id = "flow-1", .spec = std::make_shared<const Workflow>(std::move(spec)), .groups = std::move(groups)};
  made.numbers.assign(made.groups.size(), 0);
  return made;
}

constexpr Status kDone = Status::kCompleted;
constexpr Status kBad = Status::kFailed;
constexpr Status kNever = Status::kFailedUpstream;
constexpr Selection::Kind kFrom = Selection::Kind::kFrom;
constexpr Selection::Kind kOnly = Selection::Kind::kOnly;
constexpr Selection::Kind kIncomplete = Selection::Kind::kIncomplete;

Result<Part> select(const Origin& from, const Selection& selection) { return select_part(from, *from.spec, selection); }

std::string names(const Workflow& workflow) {
  std::string all;
  for (std::uint32_t t = 0; t < workflow.tasks.size(); ++t) {
    all += (t == 0 ? "" : " ") + std::string(workflow.name_of(TaskIndex(t)));
  }
  return all;
}

Origin chain(Status make, Status train, Status report) {
  Origin made = origin(flow({{"make", {}}, {"train", {"make"}}, {"report", {"train"}}}), {make, train, report});
  made.numbers[0] = 1;
  return made;
}

// a -> b, c -> d
Origin diamond(Status a, Status b, Status c, Status d) {
  return origin(flow({{"a", {}}, {"b", {"a"}}, {"c", {"a"}}, {"d", {"b", "c"}}}), {a, b, c, d});
}

TEST(Part, CompletedGroupsAreLeftOutAndTheirOutputsUsed) {
  const Part part = select(chain(kDone, kBad, kNever), {kIncomplete, {}}).value();
  const Workflow& rest = part.workflow;
  ASSERT_EQ(names(rest), "train report");
  EXPECT_EQ(rest.name_of(GroupIndex(0)), "stage");
  EXPECT_EQ(rest.policy_of(TaskIndex(0)).max_retries, 2U);
  EXPECT_EQ(rest.timeout, std::chrono::hours(1));
  EXPECT_TRUE(rest.upstream.of(GroupIndex(0)).empty());
  const InputSpec from_make = rest.body_of(TaskIndex(0)).value().inputs.at(0);
  EXPECT_TRUE(from_make.from_other);
  EXPECT_EQ(from_make.source, "flow-1:make");
  EXPECT_EQ(from_make.other_dir, "flow-1/make/1/output");
  EXPECT_EQ(part.borrowed, (BorrowedOutputs{{"flow-1:make", "flow-1/make/1/output"}}));
}

TEST(Part, EdgesAndInputsBetweenTakenTasksMoveAlong) {
  const Workflow rest = select(chain(kDone, kBad, kNever), {kIncomplete, {}}).value().workflow;
  ASSERT_EQ(rest.upstream.of(GroupIndex(1)).size(), 1U);
  EXPECT_EQ(rest.upstream.of(GroupIndex(1))[0], GroupIndex(0));
  const InputSpec from_train = rest.body_of(TaskIndex(1)).value().inputs.at(0);
  EXPECT_FALSE(from_train.from_other);
  EXPECT_EQ(from_train.task, TaskIndex(0));
}

TEST(Part, NothingIsLeftOfOneThatCompleted) {
  const auto part = select(chain(kDone, kDone, kDone), {kIncomplete, {}});
  EXPECT_EQ(part.error().code(), ErrorCode::kConflict);
  EXPECT_NE(part.error().message().find("sennit rerun flow-1"), std::string::npos);
}

TEST(Part, FromATaskOfADiamondTakesWhatIsDownstream) {
  const Part part = select(diamond(kDone, kDone, kDone, kDone), {kFrom, {"b"}}).value();
  EXPECT_EQ(names(part.workflow), "b d");
  EXPECT_EQ(part.borrowed, (BorrowedOutputs{{"flow-1:a", "flow-1/a/0/output"}, {"flow-1:c", "flow-1/c/0/output"}}));
}

TEST(Part, FromSeveralTasks) {
  EXPECT_EQ(names(select(diamond(kDone, kDone, kDone, kDone), {kFrom, {"c", "b"}}).value().workflow), "b c d");
}

TEST(Part, OnlyATask) {
  const Part part = select(diamond(kDone, kDone, kDone, kBad), {kOnly, {"b"}}).value();
  EXPECT_EQ(names(part.workflow), "b");
  EXPECT_EQ(part.borrowed.size(), 1U);
}

TEST(Part, WhatIsNeitherTakenNorCompletedIsNamed) {
  const auto part = select(diamond(kDone, kDone, kBad, kNever), {kFrom, {"b"}});
  ASSERT_EQ(part.error().code(), ErrorCode::kConflict);
  EXPECT_NE(part.error().message().find("'d' needs 'c', which is FAILED in flow-1"), std::string::npos)
      << part.error().message();
}

TEST(Part, AnUnknownTaskIsRefusedWithTheNearest) {
  const auto part = select(chain(kDone, kBad, kNever), {kFrom, {"trian"}});
  EXPECT_EQ(part.error().code(), ErrorCode::kInvalid);
  EXPECT_NE(part.error().message().find("did you mean 'train'?"), std::string::npos) << part.error().message();
}

TEST(Part, WhatWasBorrowedStaysBorrowed) {
  const Part part = select(origin(flow({{"a", {"older-1:x"}}}), {kBad}), {kIncomplete, {}}).value();
  EXPECT_EQ(part.borrowed, (BorrowedOutputs{{"older-1:x", "older-1/x/0/output"}}));
}

// --- with other values ---------------------------------------------------------------------------------------------

TEST(Part, AFileWithOtherTasksIsRefused) {
  const Origin from = chain(kDone, kDone, kDone);
  const auto missing = select_part(from, flow({{"make", {}}, {"report", {"make"}}}), {kFrom, {"report"}});
  EXPECT_NE(missing.error().message().find("task 'train' is not there"), std::string::npos);
  const auto moved = select_part(from, flow({{"make", {}}, {"train", {}}, {"report", {"train"}}}), {kFrom, {"report"}});
  EXPECT_EQ(moved.error().code(), ErrorCode::kConflict);
  EXPECT_NE(moved.error().message().find("group 'stage' waits for others"), std::string::npos)
      << moved.error().message();
}

// A restart has only a part of the file's tasks: what it borrowed lies with the workflow before it.
TEST(Part, APartIsFoundInItsWholeFile) {
  Workflow part = flow({{"train", {"older-1:make"}}, {"report", {"train"}}});
  const Origin from = origin(std::move(part), {kBad, kNever});
  const Workflow whole = flow({{"make", {}}, {"train", {"make"}}, {"report", {"train"}}});
  const Part again = select_part(from, whole, {Selection::Kind::kAll, {}}).value();
  EXPECT_EQ(names(again.workflow), "train report");
  EXPECT_EQ(again.borrowed, (BorrowedOutputs{{"older-1:make", "older-1/x/0/output"}}));
}

}  // namespace
}  // namespace sennit::api
