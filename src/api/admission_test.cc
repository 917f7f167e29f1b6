// What is refused on the way into the engine, and what waits for a host.
#include "api/admission.h"

#include <stdlib.h>

#include "api/service_fixture.h"

namespace sennit::api {
namespace {

using Admitting = ServiceTest;

class BeforeTheHost : public ServiceTest {
 protected:
  BeforeTheHost() : ServiceTest(Host::kAbsent) {}

  // Parsed, and at the door.
  std::shared_ptr<Answer> waiting(std::string text) {
    auto answer = post(std::move(text));
    while (workers_.pending() > 0) loop_.run_once();
    return answer;
  }
};

constexpr const char* kTooManyGpus =
    "workflow:\n  name: demo\n  resources: {default: {gpu: 9}}\n  tasks:\n"
    "  - {name: a, image: x, command: [run]}\n";

// A task that takes what `source` says.
std::string borrower(const std::string& source) {
  return "workflow:\n  name: next\n  tasks:\n"
         "  - {name: a, image: x, command: [cat, \"{{input:0}}\"], inputs: [{task: \"" +
         source + "\"}]}\n";
}

TEST_F(BeforeTheHost, ASubmissionWaitsForItAndIsChecked) {
  const auto answer = waiting(kTooManyGpus);
  EXPECT_FALSE(answer->complete);
  EXPECT_EQ(service_.submissions(), 1U);
  join();
  EXPECT_EQ(wait_for(answer)->status, 400);
  EXPECT_EQ(service_.submissions(), 0U);
}

TEST_F(BeforeTheHost, WhatFitsGoesInWhenItJoins) {
  const auto answer = waiting(kTwoTasks);
  join();
  EXPECT_EQ(wait_for(answer)->status, 201);
  EXPECT_EQ(runner_.started.size(), 1U);
}

TEST_F(Admitting, WhoPretendsDevicesTooLateIsTold) {
  EXPECT_EQ(submit(kTooManyGpus)->body.find("SENNIT_GPUS"), std::string::npos);
  const auto told = wait_for(post(kTooManyGpus, {{"SENNIT_GPUS", "9"}}));
  EXPECT_NE(told->body.find("SENNIT_GPUS=9 of this shell"), std::string::npos) << told->body;
}

TEST_F(Admitting, WhoLacksDevicesIsToldWhatTheHostSaysOfThem) {
  engine_.post(fact::HostJoined{
      .host = kHost, .name = "here", .capacity = {.cpus = 2}, .gpu_problem = "NVML cannot start: no driver"});
  settle();
  const auto told = submit(kTooManyGpus);
  EXPECT_NE(told->body.find("this host has no GPU; NVML cannot start: no driver"), std::string::npos) << told->body;
}

TEST_F(Admitting, WhoAsksForWhatIsNotEnforcedIsToldOnce) {
  const auto asking = [this](const std::string& resources) {
    return submit("workflow:\n  name: demo\n  resources: {default: {" + resources +
                  "}}\n  tasks:\n  - {name: a, image: x, command: [run]}\n  - {name: b, image: x, command: [run]}\n")
        ->body;
  };
  EXPECT_EQ(asking("cpu: 1, memory: 1Gi").find("not enforced"), std::string::npos);
  engine_.post(fact::HostJoined{.host = kHost,
                                .name = "here",
                                .capacity = {.cpus = 2, .memory = gibibytes(4)},
                                .limit_problems = {.memory = "no cgroups", .cpus = "no cgroups"}});
  settle();
  const std::string both = asking("cpu: 1, memory: 1Gi");
  const std::string text = "memory and CPU requests are reserved but not enforced on this host: no cgroups";
  EXPECT_NE(both.find(text), std::string::npos) << both;
  EXPECT_EQ(both.find(text), both.rfind(text)) << both;
  EXPECT_NE(asking("memory: 1Gi").find("\"memory requests are reserved"), std::string::npos);
  EXPECT_NE(asking("cpu: 1").find("\"CPU requests are reserved"), std::string::npos);
  EXPECT_EQ(asking("gpu: 0").find("not enforced"), std::string::npos);
}

constexpr const char* kWithAFile =
    "workflow:\n  name: demo\n  tasks:\n  - {name: a, image: x, command: [run]}\n"
    "  - {name: b, image: x, command: [run], files: [{path: /etc/motd, contents: hi}]}\n";

TEST_F(Admitting, WhatAProcessCannotHaveIsRefusedAllAtOnce) {
  const auto answer = wait_for(post(
      std::string(kWithAFile) + "  - {name: c, image: x, command: [run], volumeMounts: ['/a:/b']}\n", {}, "process"));
  EXPECT_EQ(answer->status, 400);
  EXPECT_NE(answer->body.find("task 'b': files: /etc/motd"), std::string::npos) << answer->body;
  EXPECT_NE(answer->body.find("task 'c': volumeMounts: /a:/b"), std::string::npos) << answer->body;
  EXPECT_TRUE(runner_.started.empty());
}

TEST_F(Admitting, TheWishGoesToTheRunner) {
  EXPECT_EQ(submit(kWithAFile)->status, 201);
  EXPECT_EQ(runner_.contexts.back().runtime, Runtime::kAuto);
  exited(0, 0);  // two tasks are all that the host has CPUs for
  exited(1, 0);
  EXPECT_EQ(wait_for(post(kWithAFile, {}, "sandbox"))->status, 201);
  EXPECT_EQ(runner_.contexts.back().runtime, Runtime::kSandbox);
  const auto answer = wait_for(post(kWithAFile, {}, "docker"));
  EXPECT_NE(answer->body.find("one of auto, process, sandbox, container was expected"), std::string::npos);
}

// What a host said is looked at once more on this one: which may have an engine.
void hide_engines() { ::setenv("DOCKER_HOST", "unix:///nonexistent/engine.sock", 1); }

TEST_F(Admitting, AHostWithoutSandboxesIsToldOfByWhoNeedsOne) {
  hide_engines();
  engine_.post(fact::HostJoined{.host = kHost,
                                .name = "here",
                                .capacity = {.cpus = 2},
                                .places = {.no_sandbox = "no bwrap", .no_container = "no engine"}});
  settle();
  const auto refused = submit(kWithAFile);
  EXPECT_EQ(refused->status, 400);
  EXPECT_NE(
      refused->body.find("task 'b' needs paths or files of its own, and the sandbox cannot be used on this host: no "
                         "bwrap"),
      std::string::npos)
      << refused->body;
  EXPECT_EQ(submit(kTwoTasks)->status, 201) << "as processes";
  EXPECT_EQ(wait_for(post(kTwoTasks, {}, "sandbox"))->status, 400);
  EXPECT_EQ(wait_for(post(kTwoTasks, {}, "container"))->status, 400);
}

TEST_F(Admitting, WhoNamesImagesIsToldOnceThatTheyAreIgnored) {
  hide_engines();
  engine_.post(fact::HostJoined{
      .host = kHost, .name = "here", .capacity = {.cpus = 2}, .places = {.no_container = "no engine"}});
  settle();
  const std::string text = "images are ignored: no engine";
  const std::string told = submit(kWithAFile)->body;
  EXPECT_NE(told.find(text), std::string::npos) << told;
  EXPECT_EQ(told.find(text), told.rfind(text)) << told;
  EXPECT_EQ(wait_for(post(kWithAFile, {}, "sandbox"))->body.find(text), std::string::npos) << "who chose knows";
}

TEST_F(Admitting, AnEarlierWorkflowsOutputIsFound) {
  submit(kTwoTasks);
  exited(0, 0);
  const auto answer = submit(borrower("demo-1:make"));
  ASSERT_EQ(answer->status, 201) << answer->body;
  exited(1, 0);
  EXPECT_EQ(runner_.started.back().task, "a");
  EXPECT_EQ(runner_.started.back().input_dirs.at(0), runs_dir_ + "/demo-1/make/0/output");
}

TEST_F(Admitting, AnEarlierOutputThatIsNotThereIsRefused) {
  submit(kTwoTasks);
  const auto refusal = [this](const std::string& source) {
    const auto answer = submit(borrower(source));
    EXPECT_EQ(answer->status, 400);
    return answer->body;
  };
  EXPECT_NE(refusal("dmo-1:make").find("did you mean 'demo-1'?"), std::string::npos);
  EXPECT_NE(refusal("demo:make").find("there is no workflow 'demo'"), std::string::npos);
  EXPECT_NE(refusal("demo-1:mak").find("did you mean 'make'?"), std::string::npos);
  EXPECT_NE(refusal("demo-1:make").find("has not ended: it is INITIALIZING"), std::string::npos);
}

TEST_F(Admitting, ARestartIsCheckedToo) {
  submit(
      "workflow:\n  name: demo\n  resources: {default: {gpu: 2}}\n  tasks:\n"
      "  - {name: a, image: x, command: [run]}\n");
  exited(0, 1);
  engine_.post(fact::HostJoined{.host = kHost, .name = "here", .capacity = {.cpus = 2}});
  settle();
  const auto answer = wait_for(ask("POST", "/v1/workflows/demo-1/restart"));
  EXPECT_EQ(answer->status, 400);
  EXPECT_NE(answer->body.find("asks for 2 GPUs"), std::string::npos) << answer->body;
}

}  // namespace
}  // namespace sennit::api
