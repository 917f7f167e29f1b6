#include "api/again.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "api/submission.h"
#include "model/order.h"

namespace sennit::api {
namespace {

const CredentialKeys kNoCredentials;

// What the store has of a submission after the workflow has ended.
Again stored(const views::SubmitRequest& request) {
  auto prepared = std::get<PreparedSubmission>(prepare(request, kNoCredentials));
  Again again;
  again.credentials = std::make_shared<const CredentialKeys>();
  again.origin.id = "demo-1";
  again.origin.spec = prepared.workflow;
  again.origin.groups.assign(prepared.workflow->groups.size(), Status::kCompleted);
  again.origin.numbers.assign(prepared.workflow->tasks.size(), 0);
  store::StoredWorkflow& workflow = again.stored;
  workflow.row.submission.id = "demo-1";
  workflow.row.submission.user = "ann";
  workflow.row.submission.pool = prepared.pool;
  workflow.row.submission.priority = prepared.priority;
  workflow.spec = prepared.encoded;
  encode(prepared.context, workflow.context);
  workflow.source_text = request.text;
  workflow.rendered = prepared.rendered.empty() ? request.text : prepared.rendered;
  workflow.request = prepared.request;
  return again;
}

PreparedAgain must_prepare(const Again& again) {
  auto prepared = prepare_again(again);
  const auto* error = std::get_if<views::ErrorView>(&prepared);
  EXPECT_EQ(error, nullptr) << error->message;
  return std::move(std::get<PreparedAgain>(prepared));
}

TEST(PrepareAgain, ALocalFileIsTheOneOfTheSubmission) {
  const std::string folder = testing::TempDir() + "/again_test_" + std::to_string(::getpid());
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "/script") << "as it was";
  const views::SubmitRequest request{.file = "flow.yaml",
                                     .text =
                                         "workflow:\n  name: demo\n  tasks:\n"
                                         "  - name: a\n    image: x\n    command: [run, \"{{ n }}\"]\n"
                                         "    files: [{path: /tmp/s, localpath: script}]\n"
                                         "default-values: {n: 1}\n",
                                     .file_directory = folder,
                                     .directory = folder};
  Again again = stored(request);
  std::filesystem::remove_all(folder);
  again.request.set = {"n=2"};
  const TaskBody body = must_prepare(again).run.workflow->body_of(TaskIndex(0)).value();
  EXPECT_EQ(body.command.back(), "2");
  ASSERT_EQ(body.files.size(), 1U);
  EXPECT_EQ(body.files[0].contents, "as it was");
}

TEST(PrepareAgain, WhatAnEarlierReleaseStoredRunsAsItWasOnly) {
  Again again = stored({.file = "flow.yaml",
                        .text = "workflow:\n  name: demo\n  tasks:\n  - {name: a, image: x, command: [run]}\n",
                        .file_directory = "/tmp",
                        .directory = "/tmp"});
  again.stored.request.clear();
  EXPECT_EQ(must_prepare(again).run.spec, again.stored.spec);
  again.request.labels = {"k=v"};
  const auto refused = prepare_again(again);
  ASSERT_TRUE(std::holds_alternative<views::ErrorView>(refused));
  EXPECT_NE(std::get<views::ErrorView>(refused).message.find("submit its file again"), std::string::npos);
}

TEST(PrepareAgain, APriorityThatIsNoneIsRefused) {
  Again again = stored({.file = "flow.yaml",
                        .text = "workflow:\n  name: demo\n  tasks:\n  - {name: a, image: x, command: [run]}\n",
                        .file_directory = "/tmp",
                        .directory = "/tmp"});
  again.request.priority = "urgent";
  EXPECT_TRUE(std::holds_alternative<views::ErrorView>(prepare_again(again)));
  again.request.priority = "low";
  EXPECT_EQ(must_prepare(again).run.submission.priority, Priority::kLow);
}

}  // namespace
}  // namespace sennit::api
