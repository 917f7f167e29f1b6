#include "spec/convert/convert.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "spec/convert/task_names.h"
#include "spec/convert/verb_command.h"
#include "spec/load_fixture.h"

namespace sennit::spec {
namespace {

namespace fs = std::filesystem;

Converted convert_text(std::string_view text, std::string_view image = "oumi:latest") {
  LoadOptions options = test_options();
  options.notes = Notes::kPlaces;
  const Loaded loaded = load(text, options);
  EXPECT_TRUE(loaded.ok()) << diagnostics_of(loaded);
  if (!loaded.ok()) return {};
  return convert(*loaded.workflow, *loaded.notes,
                 {.file = "flow.yaml", .source = text, .directory = options.directory, .image = std::string(image)});
}

// "flow.yaml:3: SN801 what": a line each.
std::string told(const Converted& converted) {
  std::string out;
  for (const Diagnostic& d : converted.diagnostics) out += fmt::format("{}: {} {}\n", d.line, d.code, d.message);
  return out;
}

TEST(JobsToTasks, JobBecomesATaskWithItsCommand) {
  const Converted converted = convert_text(R"(name: flow
env: {SHARED: s}
jobs:
- name: train
  verb: train
  config: c.yaml
  args: [training.lr=1e-4]
  resources: {gpu: auto, cpus: 2, memory: 16Gi}
  timeout: 3600
  max_retries: 3
  retry_delay: 0
- {name: check, verb: judge, config: "oumi://j", env: {A: "1"}, depends_on: [train], timeout: 3600}
)");
  EXPECT_EQ(told(converted), "");
  EXPECT_EQ(converted.text.value_or(""), R"(workflow:
  name: flow
  timeout:
    exec_timeout: 1h
  resources:
    default: {}
    train:
      cpu: 2
      gpu: 1
      memory: 16Gi
  tasks:
  - name: train
    image: oumi:latest
    resource: train
    command: [oumi, train]
    args: [--config, c.yaml, --training.lr=1e-4]
    environment:
      SHARED: s
    exitActions:
      RESCHEDULE: 1-255
  - name: check
    image: oumi:latest
    command: [oumi, judge, dataset]
    args: [--config, "oumi://j"]
    environment:
      SHARED: s
      A: "1"
    inputs:
    - task: train
)");
}

TEST(JobsToTasks, EveryLossHasItsPlace) {
  const Converted converted = convert_text(R"(name: my flow
description: text
output_dir: out
timeout: 60
workdir: sub
resources:
  gpus: [0, 1]
  max_parallel: 2
  allocation: fixed
jobs:
- name: a b
  verb: train
  config: c
  resources: {gpu: 1}
  max_retries: 2
  timeout: 5
- {name: c, verb: train, config: c, workdir: /x}
)");
  EXPECT_TRUE(converted.text);
  EXPECT_EQ(told(converted),
            "1: SN801 the workflow is called 'my-flow'\n"
            "2: SN801 'description' of the workflow is not carried over: a tasks file has no such field\n"
            "3: SN801 'output_dir' of the workflow is not carried over: tasks have no folder of their own beside "
            "{{output}}\n"
            "4: SN801 'timeout' of the workflow is not carried over: a tasks file limits each task, not the whole "
            "workflow\n"
            "5: SN801 'workdir' is not carried over: tasks run where the workflow is submitted\n"
            "7: SN801 'gpus' of the workflow's resources is not carried over: a tasks file has no list of devices\n"
            "8: SN801 'max_parallel' of the workflow's resources is not carried over: a tasks file has no such limit; "
            "--max-parallel sets it when submitting\n"
            "9: SN801 'allocation' is not carried over: tasks take any free device\n"
            "11: SN801 the job 'a b' is called 'a-b'\n"
            "14: SN801 'a b' asks for GPU 1; a task can only ask how many, so it gets any 1\n"
            "15: SN801 'a b' is tried again up to 3 times, not 2: exitActions has no number\n"
            "15: SN801 'a b' is tried again at once: exitActions has no delay\n"
            "16: SN801 the timeout of 'a b' is not carried over: a tasks file has one for all tasks\n"
            "17: SN801 'workdir' is not carried over: tasks run where the workflow is submitted\n");
  EXPECT_EQ(converted.diagnostics[8].source_line, "- name: a b");
  EXPECT_EQ(converted.diagnostics[8].column, 9U);
}

TEST(JobsToTasks, DelaysThatGrowAreLostWithTheDelay) {
  const Converted converted = convert_text(R"(name: flow
jobs:
- name: a
  verb: train
  config: c.yaml
  max_retries: 3
  retry_delay: 5
  retry_backoff: 2
  retry_max_delay: 1m
)");
  EXPECT_EQ(told(converted),
            "7: SN801 'a' is tried again at once: exitActions has no delay\n"
            "8: SN801 'retry_backoff' of the job 'a' is not carried over: exitActions has no delay\n"
            "9: SN801 'retry_max_delay' of the job 'a' is not carried over: exitActions has no delay\n");
}

TEST(JobsToTasks, ListOfDevicesInAVariableIsLostToo) {
  const Converted converted =
      convert_text("name: f\nenv: {CUDA_VISIBLE_DEVICES: \"0,1\"}\njobs:\n- {name: a, verb: eval, config: c}\n");
  EXPECT_EQ(told(converted),
            "2: SN801 the workflow's list of devices is not carried over: a tasks file has no such list\n");
  EXPECT_EQ(body_of(load_good(converted.text.value_or("")), "a").environment,
            (EnvironmentList{{"CUDA_VISIBLE_DEVICES", "0,1"}}));
}

TEST(JobsToTasks, SoManyLossesAreListedAndTheRestIsCounted) {
  std::string text = "name: f\njobs:\n";
  for (int i = 0; i < 150; ++i) text += fmt::format("- {{name: 'a {}', verb: eval, config: c}}\n", i);
  const Converted converted = convert_text(text);
  EXPECT_TRUE(converted.text);
  EXPECT_EQ(converted.diagnostics.size(), 100U);
  EXPECT_EQ(converted.more, 50U);
}

TEST(JobsToTasks, TasksStandBehindWhatTheyNeed) {
  const Converted converted = convert_text(
      "name: f\njobs:\n- {name: last, verb: eval, config: c, depends_on: [first]}\n"
      "- {name: first, verb: train, config: c}\n");
  const Workflow workflow = load_good(converted.text.value_or(""));
  ASSERT_EQ(workflow.tasks.size(), 2U);
  EXPECT_EQ(workflow.name_of(TaskIndex(0)), "first");
  EXPECT_EQ(workflow.upstream.of(GroupIndex(1)).size(), 1U);
}

TEST(JobsToTasks, ImageMustBeOne) {
  const Converted converted = convert_text("name: f\njobs:\n- {name: a, verb: eval, config: c}\n", "No Image");
  EXPECT_FALSE(converted.text);
  EXPECT_NE(told(converted).find("SN802"), std::string::npos);
}

TEST(JobsToTasks, WhatLooksLikeATemplateIsNone) {
  const Converted converted =
      convert_text("name: f\njobs:\n- {name: a, verb: eval, config: c, args: ['{{ x }}', '{% y']}\n");
  EXPECT_EQ(body_of(load_good(converted.text.value_or("")), "a").args,
            (std::vector<std::string>{"--config", "c", "{{ x }}", "{% y"}));
}

constexpr std::string_view kTasks = R"(workflow:
  name: flow
  timeout: {exec_timeout: 1h, queue_timeout: 5m}
  labels: {a: b}
  resources:
    default: {cpu: 1}
    big: {gpu: 2, memory: 1Gi, storage: 5Gi}
  tasks:
  - name: train
    image: oumi:1
    command: [oumi, train]
    args: [-c, c.yaml, --training.lr=1]
    environment: {PRICE: "${5}"}
    resource: big
    exitActions: {RESCHEDULE: 1-255}
    outputs: [{url: "s3://b/x"}]
  - name: check
    image: oumi:1
    command: [oumi, judge, dataset, --config=j.yaml]
    inputs: [{task: train, regex: x}, {url: "s3://b/in"}]
    exitActions: {FAIL: 0}
)";

TEST(TasksToJobs, TaskBecomesAJobWithItsVerb) {
  const Converted converted = convert_text(kTasks);
  EXPECT_EQ(converted.text.value_or(""), R"(name: flow
jobs:
- name: train
  verb: train
  config: c.yaml
  resources:
    gpus: [0, 1]
    memory: 1Gi
  args: [--training.lr=1]
  env:
    PRICE: $${5}
  max_retries: 3
  retry_delay: 0
  timeout: 3600
- name: check
  verb: judge
  config: j.yaml
  depends_on: [train]
  resources:
    cpus: 1
  timeout: 3600
)");
  EXPECT_EQ(told(converted),
            "3: SN801 'queue_timeout' is not carried over: a job waits for what it needs as long as it takes\n"
            "4: SN801 'labels' of the workflow is not carried over: a jobs file has no labels; --label sets them when "
            "submitting\n"
            "7: SN801 'storage' of the resource 'big' is not carried over: a job runs on the host where it is "
            "submitted\n"
            "10: SN801 images are not carried over: jobs run as processes of the host, where their programs must be\n"
            "14: SN801 'train' asks for any 2 GPUs; a job must name them, so it gets 0,1\n"
            "16: SN801 'outputs' of the task 'train' is not carried over: a job sends nothing away by itself\n"
            "20: SN801 the regex 'x' is not carried over: a job takes no files from others\n"
            "20: SN801 the input 's3://b/in' is not carried over: a job takes nothing but the order from others\n"
            "21: SN801 'exitActions' of the task 'check' is not carried over: a job knows success and failure\n");
}

TEST(TasksToJobs, WhatCannotBeSaidIsAnError) {
  const Converted converted = convert_text(R"(workflow:
  name: flow
  groups:
  - name: two
    tasks:
    - {name: a, lead: true, image: i, command: [oumi, train, -c, c]}
    - {name: b, image: i, command: [x]}
  - name: one
    tasks:
    - name: c
      image: i
      command: [sh, -c, "echo x"]
  - name: three
    tasks:
    - name: d
      image: i
      command: [oumi, train, -c, c, "--out={{output}}"]
)");
  EXPECT_FALSE(converted.text);
  const std::string all = told(converted);
  EXPECT_NE(all.find("6: SN802 the group 'two' has 2 tasks, which start together; jobs start one by one\n"),
            std::string::npos)
      << all;
  EXPECT_NE(all.find("12: SN802 the task 'c' runs 'sh -c echo x', which no verb stands for\n"), std::string::npos)
      << all;
  EXPECT_NE(all.find("17: SN802 the task 'd' uses {{output}}, which a job does not know\n"), std::string::npos) << all;
}

TEST(TasksToJobs, LossesOfALoopAreToldOnce) {
  const Converted converted = convert_text(
      "workflow:\n  name: f\n  tasks:\n  {% for i in range(3) %}\n  - name: t{{ i }}\n    image: i\n"
      "    command: [oumi, train, -c, c]\n    kpis: []\n  {% endfor %}\n");
  EXPECT_EQ(converted.diagnostics.size(), 4U) << told(converted);  // the image, and the KPIs of three tasks
  const Workflow workflow = load_good(converted.text.value_or(""));
  EXPECT_EQ(workflow.tasks.size(), 3U);
}

TEST(Convert, ThereAndBackIsTheSameJobs) {
  constexpr std::string_view kJobs = R"(name: flow
jobs:
- name: a
  verb: train
  config: c.yaml
  resources:
    gpu: auto
  args: [--x=1, it's]
  env:
    A: $${B}
  timeout: 60
- name: b
  verb: evaluate
  config: /abs/d.yaml
  depends_on: [a]
  timeout: 60
)";
  const Converted there = convert_text(kJobs);
  const Converted back = convert_text(there.text.value_or(""));
  EXPECT_EQ(back.text.value_or(""), kJobs);
}

TEST(Convert, ExamplesOfJobs) {
  std::size_t count = 0;
  const fs::path examples = fs::absolute(fs::path(__FILE__)).parent_path() / "../../../examples";
  for (const char* name : {"sweep/sweep.yaml", "jobs/pipeline.yaml"}) {
    std::stringstream text;
    text << std::ifstream(examples / name).rdbuf();
    LoadOptions options = test_options();
    options.notes = Notes::kPlaces;
    options.variable = [](std::string_view) { return "/home/ada"; };
    const Loaded loaded = load(text.str(), options);
    ASSERT_TRUE(loaded.ok()) << diagnostics_of(loaded);
    const Converted converted = convert(*loaded.workflow, *loaded.notes, {.image = "oumi:latest"});
    EXPECT_TRUE(converted.text) << told(converted);
    ++count;
  }
  EXPECT_EQ(count, 2U);
}

TEST(TaskNames, AnythingBecomesAName) {
  EXPECT_EQ(task_name_of("lr-0.001", 58), "lr-0-001");
  EXPECT_EQ(task_name_of("a b  c!", 58), "a-b-c");
  EXPECT_EQ(task_name_of("12", 58), "job-12");
  EXPECT_EQ(task_name_of("_x", 58), "job-_x");
  EXPECT_EQ(task_name_of("日本", 58), "job");
  EXPECT_EQ(task_name_of("", 58), "job");
  EXPECT_EQ(task_name_of("abc-def", 4), "abc");
}

TEST(TaskNames, AllOfThemDiffer) {
  TaskNames names(64);
  EXPECT_EQ(names.take("a b"), "a-b");
  EXPECT_EQ(names.take("A_B"), "A_B-2");
  EXPECT_EQ(names.take("a-b-group"), "a-b-group-2");
  EXPECT_EQ(names.take("x-group"), "x-group");
  EXPECT_EQ(names.take("x"), "x-2");
  EXPECT_EQ(names.take("osmo-ctrl"), "osmo-ctrl-2");
  EXPECT_LE(names.take(std::string(100, 'n')).size(), 58U);
  EXPECT_LE(names.take(std::string(100, 'n')).size(), 58U);
}

TEST(VerbCommand, ProgramThenConfigThenArguments) {
  const VerbPrograms none;
  const auto command = verb_command({"oumi", "judge", "dataset", "-c", "j", "x"}, none);
  ASSERT_TRUE(command);
  EXPECT_EQ(command->verb, "judge");
  EXPECT_EQ(command->config, "j");
  EXPECT_EQ(command->args, (std::vector<std::string>{"x"}));
  EXPECT_FALSE(verb_command({"oumi", "train", "x", "-c", "j"}, none));
  EXPECT_FALSE(verb_command({"oumi", "train"}, none));
  EXPECT_FALSE(verb_command({"oumi", "train", "--config="}, none));
  EXPECT_FALSE(verb_command({"oumi", "fly", "-c", "j"}, none));
  EXPECT_FALSE(verb_command({}, none));
  const VerbPrograms own{{"train", {"python3", "t.py"}}};
  EXPECT_EQ(verb_command({"python3", "t.py", "--config", "j"}, own).value_or(VerbCommand()).verb, "train");
  EXPECT_FALSE(verb_command({"oumi", "train", "-c", "j"}, own)) << "that verb runs another program here";
}

}  // namespace
}  // namespace sennit::spec
