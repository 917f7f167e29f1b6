// What an attempt brings in and sends out, with directories for storages, moved by the real rclone. Servers have their
// tests in tests/e2e/test_transfers.py.
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/table_fixture.h"
#include "model/exit_codes.h"

namespace sennit::agent {
namespace {

using testing::HasSubstr;
using testing::Not;

class TransfersTest : public TableFixture {
 protected:
  void SetUp() override {
    limit_ = std::chrono::minutes(3);  // rclone takes seconds to begin on a busy machine
    if (std::system("rclone version >/dev/null 2>&1") != 0) GTEST_SKIP() << "there is no rclone";
  }
  std::string url(const std::string& name) const { return "file://" + dir_ + "/" + name; }
  void file(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(dir_ + "/" + name).parent_path());
    std::ofstream(dir_ + "/" + name) << text;
  }
  static TaskBody body(const std::string& script) {
    TaskBody body;
    body.command = {"sh", "-c", script};
    return body;
  }
  static TaskBody& with_input(TaskBody& body, const std::string& url, const std::string& regex = "") {
    InputSpec input;
    input.kind = InputSpec::Kind::kUrl;
    input.source = url;
    input.regex = regex;
    body.inputs.push_back(input);
    return body;
  }
  static TaskBody& with_output(TaskBody& body, const std::string& url, const std::string& regex = "") {
    body.outputs.push_back({.kind = OutputSpec::Kind::kUrl, .target = url, .path = "", .regex = regex});
    return body;
  }
  StartOrder order_for(const TaskBody& body) const {
    StartOrder made;
    made.attempt = id();
    made.task = "0";
    encode(body, made.body);
    return made;
  }
  AttemptExit run(const TaskBody& body) {
    table_->start(order_for(body));
    return wait_for_exit(reports_.exited.size() + 1);
  }
};

TEST_F(TransfersTest, InputsAreThereAndOutputsAreSent) {
  file("store/in/a.txt", "one");
  file("store/in/b.bin", "two");
  TaskBody task =
      body("cat {{input:0}}/*; mkdir {{output}}/sub; echo x > {{output}}/sub/r.txt; echo y > {{output}}/skip");
  with_output(with_input(task, url("store/in"), ".*[.]txt$"), url("store/out"), "sub/");
  const AttemptExit exit = run(task);
  EXPECT_EQ(exit.code, 0) << exit.message << log();
  EXPECT_THAT(log(), Not(HasSubstr("two")));
  // What was said before the command began stands before what it wrote, and what followed behind.
  EXPECT_LT(log().find("Downloaded"), log().find("one")) << log();
  EXPECT_LT(log().find("one"), log().find("Uploading")) << log();
  EXPECT_THAT(log(), HasSubstr("[sennit] Downloading " + url("store/in")));
  EXPECT_THAT(log(), HasSubstr("1 file"));
  EXPECT_THAT(log(), HasSubstr("[sennit] Uploading to " + url("store/out")));
  EXPECT_EQ(slurp("store/out/sub/r.txt"), "x\n");
  EXPECT_FALSE(exists("store/out/skip"));
  ASSERT_FALSE(reports_.started.empty());
  EXPECT_GT(reports_.started[0].download_ms, 0U);
  EXPECT_GT(exit.upload_ms, 0U);
}

TEST_F(TransfersTest, UrlOfOneObjectGivesItsName) {
  file("store/in/model.pt", "weights");
  TaskBody task = body("cat {{input:0}}/model.pt");
  EXPECT_EQ(run(with_input(task, url("store/in/model.pt"))).code, 0);
  EXPECT_THAT(log(), HasSubstr("weights"));
}

TEST_F(TransfersTest, FailedCommandSendsItsOutputs) {
  TaskBody task = body("echo x > {{output}}/r; exit 7");
  EXPECT_EQ(run(with_output(task, url("store"))).code, 7);
  EXPECT_EQ(slurp("store/r"), "x\n");
}

TEST_F(TransfersTest, StoppedCommandSendsNothing) {
  TaskBody task = body("echo x > {{output}}/r; touch begun; exec sleep 60");
  table_->start(order_for(with_output(task, url("store"))));
  wait_for_file("begun");
  table_->stop(id(), std::chrono::seconds(5));
  wait_for_exit();
  EXPECT_FALSE(exists("store/r"));
}

TEST_F(TransfersTest, WhatIsNotThereIsToldBeforeTheCommandBegins) {
  TaskBody task = body("touch begun");
  const AttemptExit exit = run(with_input(task, url("none")));
  EXPECT_EQ(exit.how, AttemptExit::How::kNotStarted);
  EXPECT_EQ(exit.code, exit_codes::kAccessDenied);
  EXPECT_THAT(exit.message, HasSubstr("none"));
  EXPECT_THAT(log(), HasSubstr("[sennit] its data could not be made ready: reading"));
  EXPECT_FALSE(exists("begun"));
}

TEST_F(TransfersTest, BarrierComesAfterTheInputs) {
  file("store/a", "1");
  TaskBody task = body("cat {{input:0}}/a");
  StartOrder made = order_for(with_input(task, url("store")));
  made.barrier = true;
  table_->start(made);
  run_until([&] { return !reports_.barriers.empty(); });
  EXPECT_TRUE(exists("runs/0/0/input/0/a"));
  table_->release(id());
  EXPECT_EQ(wait_for_exit().code, 0);
}

TEST_F(TransfersTest, StoppedAtTheBarrierItEnds) {
  file("store/a", "1");
  TaskBody task = body("true");
  StartOrder made = order_for(with_input(task, url("store")));
  made.barrier = true;
  table_->start(made);
  run_until([&] { return !reports_.barriers.empty(); });
  table_->stop(id(), std::chrono::seconds(5));
  EXPECT_EQ(wait_for_exit().how, AttemptExit::How::kNotStarted);
  EXPECT_TRUE(table_->is_empty());
}

TEST_F(TransfersTest, ProgramMayBeAnInput) {
  file("store/run.sh", "#!/bin/sh\necho from the input\n");
  TaskBody task;
  task.command = {"sh", "{{input:0}}/run.sh"};
  EXPECT_EQ(run(with_input(task, url("store"))).code, 0);
  EXPECT_THAT(log(), HasSubstr("from the input"));
}

TEST_F(TransfersTest, ReplacedOutputDirectoryIsRefused) {
  file("secret/key", "do not send");
  TaskBody task = body("rmdir {{output}}; ln -s " + dir_ + "/secret {{output}}");
  const AttemptExit exit = run(with_output(task, url("store")));
  EXPECT_EQ(exit.code, exit_codes::kUploadFailed);
  EXPECT_THAT(exit.message, HasSubstr("has been replaced"));
  EXPECT_FALSE(exists("store/key"));
}

TEST_F(TransfersTest, LinksAndPipesAreLeftOutAloud) {
  file("secret/key", "do not send");
  TaskBody task = body("cd {{output}}; echo 1 > good; ln -s " + dir_ + "/secret/key key; ln -s " + dir_ +
                       "/secret all; mkfifo pipe");
  EXPECT_EQ(run(with_output(task, url("store"))).code, 0) << log();
  EXPECT_TRUE(exists("store/good"));
  EXPECT_FALSE(exists("store/key"));
  EXPECT_FALSE(exists("store/all"));
  EXPECT_FALSE(exists("store/pipe"));
  EXPECT_THAT(log(), HasSubstr("pipe is a pipe, which is not sent"));
  EXPECT_THAT(log(), HasSubstr("key is a symbolic link, which is not sent"));
}

TEST_F(TransfersTest, NameThatCannotBeSentFailsTheUpload) {
  TaskBody task = body("touch \"{{output}}/a\nb\"");
  const AttemptExit exit = run(with_output(task, url("store")));
  EXPECT_EQ(exit.code, exit_codes::kUploadFailed);
  EXPECT_THAT(exit.message, HasSubstr("newline"));
}

TEST_F(TransfersTest, ChosenFilesOfATaskAreLinks) {
  file("runs/producer/0/output/models/a.pt", "weights");
  file("runs/producer/0/output/log.txt", "no");
  TaskBody task = body("cat {{input:0}}/models/a.pt; ls {{input:0}}");
  InputSpec input;
  input.source = "producer";
  input.regex = "models/";
  task.inputs.push_back(input);
  StartOrder made = order_for(task);
  made.input_dirs = {"producer/0/output"};
  table_->start(made);
  EXPECT_EQ(wait_for_exit().code, 0) << log();
  EXPECT_THAT(log(), HasSubstr("weights"));
  EXPECT_THAT(log(), Not(HasSubstr("log.txt")));
  EXPECT_TRUE(std::filesystem::equivalent(dir_ + "/runs/producer/0/output/models/a.pt",
                                          dir_ + "/runs/0/0/input/0/models/a.pt"));
}

TEST_F(TransfersTest, StartedAgainInPlaceItHasTheChosenFilesStill) {
  file("runs/producer/0/output/a", "1");
  file("runs/producer/0/output/b", "2");
  TaskBody task = body("ls {{input:0}} > seen; touch begun; exec sleep 60");
  InputSpec input;
  input.source = "producer";
  input.regex = "a";
  task.inputs.push_back(input);
  StartOrder made = order_for(task);
  made.input_dirs = {"producer/0/output"};
  table_->start(made);
  wait_for_file("begun");
  std::filesystem::remove(dir_ + "/begun");
  made.incarnation = 1;
  table_->restart(made);
  wait_for_file("begun");
  EXPECT_EQ(slurp("seen"), "a\n");
  table_->stop(id(), Micros::zero(), 1);
  wait_for_exit();
}

TEST_F(TransfersTest, CheckpointsAreSentWhileItRunsAndAtTheEnd) {
  TaskBody task = body(
      "mkdir {{output}}/ck; echo 1 > {{output}}/ck/step; while ! test -e go; do sleep 0.02; done; "
      "echo 2 > {{output}}/ck/step; echo 3 > {{output}}/ck/last; exit 3");
  task.checkpoints.push_back({.path = "{{output}}/ck", .url = url("store"), .frequency_us = 50'000, .regex = ""});
  table_->start(order_for(task));
  run_until([&] { return slurp("store/ck/step") == "1\n"; });
  touch("go");
  EXPECT_EQ(wait_for_exit().code, 3) << log();
  EXPECT_EQ(slurp("store/ck/step"), "2\n");
  EXPECT_EQ(slurp("store/ck/last"), "3\n");
}

TEST_F(TransfersTest, CheckpointOfWhatIsInADirectoryHasNoNameOfItsOwn) {
  TaskBody task = body("mkdir ck; echo 1 > ck/step");
  task.checkpoints.push_back({.path = "ck/*", .url = url("store"), .frequency_us = 0, .regex = ""});
  EXPECT_EQ(run(task).code, 0);
  EXPECT_EQ(slurp("store/step"), "1\n");
}

TEST_F(TransfersTest, MeasurementsAreTold) {
  TaskBody task = body("echo 0.9 > {{output}}/acc");
  task.kpis = {{.index = "accuracy", .path = "acc"}, {.index = "loss", .path = "none"}};
  EXPECT_EQ(run(task).code, 0);
  EXPECT_THAT(log(), HasSubstr("KPI accuracy: acc"));
  EXPECT_THAT(log(), HasSubstr("KPI loss: there is no file none"));
}

TEST_F(TransfersTest, CommandStartedAgainInPlaceKeepsItsInputs) {
  file("store/a", "1");
  TaskBody task =
      body("cat {{input:0}}/a; echo x >> {{input:0}}/mine; touch begun$(wc -l < {{input:0}}/mine); exec sleep 60");
  table_->start(order_for(with_output(with_input(task, url("store")), url("out"))));
  wait_for_file("begun1");
  StartOrder again = order_for(task);
  again.incarnation = 1;
  table_->restart(again);
  wait_for_file("begun2");
  table_->stop(id(), std::chrono::seconds(5), 1);
  wait_for_exit();
}

}  // namespace
}  // namespace sennit::agent
