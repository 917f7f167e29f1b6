#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "launch/launch.h"
#include "launch/tokens.h"

namespace sennit::launch {
namespace {

TEST(Tokens, ReplacedOrLeft) {
  const TokenValue value = [](std::string_view token) -> Result<std::optional<std::string>> {
    if (token == "output") return std::optional<std::string>("/o");
    if (token == "self") return std::optional<std::string>("{{output}}");
    return std::optional<std::string>();
  };
  struct Case {
    std::string in, want;
  };
  const Case cases[] = {{"", ""},
                        {"plain", "plain"},
                        {"{{output}}", "/o"},
                        {"a={{ output }}/x {{output}}", "a=/o/x /o"},
                        {"{{other}} {{output}}", "{{other}} /o"},
                        {"{{{output}}}", "{/o}"},
                        {"{{output", "{{output"},
                        {"{{a {{output}} b}}", "{{a /o b}}"},
                        {"{{self}}", "{{output}}"},
                        {"{{Output}}{{}}", "{{Output}}{{}}"}};
  for (const Case& c : cases) EXPECT_EQ(*replace_tokens(c.in, value), c.want) << c.in;
}

class ProcessLaunch : public ::testing::Test {
 protected:
  ProcessLaunch() {
    std::string name = std::filesystem::temp_directory_path() / "sennit-launch-XXXXXX";
    dir_ = ::mkdtemp(name.data());
    context_.id = "flow-1";
    context_.environment = {{"PATH", "/usr/bin:/bin"}, {"HOME", "/home/me"}, {"CUDA_VISIBLE_DEVICES", "7"}};
    context_.directory = dir_;
    context_.runs_dir = dir_ + "/runs";
    order_.attempt = {InstanceId(1), WorkflowKey(2), TaskIndex(3), 0};
    order_.task = "train";
    body_.command = {"sh", "-c", "true"};
  }
  ~ProcessLaunch() override { std::filesystem::remove_all(dir_); }

  Result<PreparedProcess> prepare() {
    order_.body.clear();
    encode(body_, order_.body);
    world_ = std::make_unique<WorkflowWorld>(context_);
    return launch::prepare(*world_, order_, no_sandbox_);
  }
  std::string refusal() {
    const Result<PreparedProcess> prepared = prepare();
    return prepared ? "" : prepared.error().message();
  }

  std::string dir_;
  WorkflowContext context_;
  StartOrder order_;
  TaskBody body_;
  std::unique_ptr<WorkflowWorld> world_;
  SandboxTools no_sandbox_{"/nowhere/sennit-user", "/usr/bin:/bin"};
};

TEST_F(ProcessLaunch, PlainCommandMakesNothingOnDisk) {
  const PreparedProcess process = std::move(prepare()).value();
  EXPECT_EQ(process.program, "/usr/bin/sh");
  EXPECT_EQ(process.arguments, (std::vector<std::string>{"sh", "-c", "true"}));
  EXPECT_EQ(process.directory, dir_);
  EXPECT_EQ(process.job_log, "");
  EXPECT_TRUE(std::filesystem::is_empty(dir_));
}

TEST_F(ProcessLaunch, EnvironmentIsLayered) {
  body_.environment = {{"HOME", "/elsewhere"}, {"OUT", "{{workflow_id}}"}};
  const PreparedProcess process = std::move(prepare()).value();
  EXPECT_STREQ(process.environment.find("PATH"), "/usr/bin:/bin");
  EXPECT_STREQ(process.environment.find("HOME"), "/elsewhere");
  EXPECT_STREQ(process.environment.find("OUT"), "flow-1");
  EXPECT_STREQ(process.environment.find("SENNIT_WORKFLOW_ID"), "flow-1");
  EXPECT_STREQ(process.environment.find("SENNIT_TASK"), "train");
  EXPECT_STREQ(process.environment.find("SENNIT_ATTEMPT"), "0000000000000001-2-3-0");
  EXPECT_STREQ(process.environment.find("CUDA_VISIBLE_DEVICES"), "7") << "no devices asked for: not touched";
}

TEST_F(ProcessLaunch, LeasedDevicesAreHandedOver) {
  order_.gpus = GpuSet::from_bits(0b1010);
  EXPECT_STREQ(prepare()->environment.find("CUDA_VISIBLE_DEVICES"), "1,3");
  body_.environment = {{"CUDA_VISIBLE_DEVICES", "3,1"}};
  EXPECT_STREQ(prepare()->environment.find("CUDA_VISIBLE_DEVICES"), "3,1") << "the task's own order";
  body_.environment = {{"CUDA_VISIBLE_DEVICES", " 3, 1"}};
  EXPECT_STREQ(prepare()->environment.find("CUDA_VISIBLE_DEVICES"), "3,1") << "as its jobs file was read";
  body_.environment = {{"CUDA_VISIBLE_DEVICES", "0,1"}};
  EXPECT_STREQ(prepare()->environment.find("CUDA_VISIBLE_DEVICES"), "1,3") << "others' devices";
  EXPECT_EQ(prepare()->environment.find("SENNIT_GPU_SHARE"), nullptr) << "they are its own";
  order_.gpu_share = 250;
  order_.gpu_memory = gibibytes(20);
  EXPECT_STREQ(prepare()->environment.find("SENNIT_GPU_SHARE"), "0.25");
  EXPECT_STREQ(prepare()->environment.find("SENNIT_GPU_MEMORY"), "21474836480");
}

TEST_F(ProcessLaunch, OutputTokenMakesTheDirectory) {
  body_.args = {"--to={{output}}/model"};
  const PreparedProcess process = std::move(prepare()).value();
  EXPECT_EQ(process.arguments.back(), "--to=" + dir_ + "/runs/train/0/output/model");
  EXPECT_TRUE(std::filesystem::is_directory(dir_ + "/runs/train/0/output"));
}

TEST_F(ProcessLaunch, InputIsTheProducersOutput) {
  body_.inputs = {{.source = "prep"}, {.source = "old-3:base", .from_other = true}};
  order_.input_dirs = {"prep/1/output", dir_ + "/elsewhere"};
  body_.args = {"{{input:0}}", "{{input:prep}}", "{{input:base}}", "{{input:2}}", "{{input:nobody}}", "{{input}}"};
  const PreparedProcess process = std::move(prepare()).value();
  const std::string producer = dir_ + "/runs/prep/1/output";
  const std::string inputs = dir_ + "/runs/train/0/input";
  EXPECT_EQ(process.arguments, (std::vector<std::string>{"sh", "-c", "true", producer, producer, dir_ + "/elsewhere",
                                                         "{{input:2}}", "{{input:nobody}}", inputs}));
  EXPECT_EQ(std::filesystem::read_symlink(inputs + "/0"), producer);
  EXPECT_TRUE(prepare().ok()) << "again, with everything there";
}

TEST_F(ProcessLaunch, HostsOfTheGroupAreNamed) {
  order_.hosts = {{"master", "127.0.1.7"}};
  body_.args = {"{{host:master}}:1", "{{host:other}}"};
  EXPECT_EQ(prepare()->arguments[3], "127.0.1.7:1");
  EXPECT_EQ(prepare()->arguments[4], "{{host:other}}");
}

TEST_F(ProcessLaunch, WorkdirAndJobDirCountFromTheClientsDirectory) {
  body_.workdir = "work";
  body_.job_dir = "out/train";
  const PreparedProcess process = std::move(prepare()).value();
  EXPECT_EQ(process.directory, dir_ + "/work");
  EXPECT_EQ(process.job_log, dir_ + "/out/train/job.log");
  EXPECT_TRUE(std::filesystem::is_directory(dir_ + "/out/train"));
  body_.workdir = "/usr";
  EXPECT_EQ(prepare()->directory, "/usr");
}

TEST_F(ProcessLaunch, ProgramIsSoughtInTheTasksPath) {
  body_.environment = {{"PATH", "/nowhere"}};
  EXPECT_EQ(refusal(), "no program named 'sh' in PATH");
}

TEST_F(ProcessLaunch, WhatAProcessCannotHaveIsRefused) {
  context_.runtime = Runtime::kProcess;
  body_.files = {{.path = "/tmp/run.sh", .contents = "x"}};
  EXPECT_EQ(
      refusal(),
      "files: /tmp/run.sh: a plain process cannot have this; the sandbox can (--runtime sandbox), and a container "
      "(--runtime container)");
  body_.files.clear();
  body_.args = {"cat /osmo/data/input/0/x"};
  EXPECT_TRUE(refusal().starts_with("args with the path /osmo/data: a plain process cannot")) << refusal();
  body_.args.clear();
  body_.environment = {{"A=B", "1"}};
  EXPECT_EQ(refusal(), "the environment variable 'A=B' cannot be set: '=' in its name, or NUL");
  body_.environment.clear();
  body_.command.clear();
  EXPECT_EQ(refusal(), "the task has no command");
}

TEST_F(ProcessLaunch, WithoutASandboxItIsSaidWhy) {
  body_.files = {{.path = "/tmp/run.sh", .contents = "x"}};
  EXPECT_TRUE(refusal().starts_with("the sandbox cannot be used on this host: ")) << refusal();
  EXPECT_TRUE(std::filesystem::is_empty(dir_));
}

TEST_F(ProcessLaunch, UnmakeableDirectoryIsNamed) {
  body_.job_dir = "/dev/null/job";
  EXPECT_EQ(refusal(), "make directory /dev/null/job: Not a directory");
}

}  // namespace
}  // namespace sennit::launch
