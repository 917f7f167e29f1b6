// What a good file of the jobs dialect becomes.
#include "spec/load_fixture.h"

namespace sennit::spec {
namespace {

using Names = std::vector<std::string>;

std::string one_job(std::string_view fields, std::string_view header = "") {
  return "name: w\n" + std::string(header) + "jobs:\n- name: a\n  verb: train\n  config: c.yaml\n" +
         std::string(fields);
}

TEST(Jobs, CommandOfAJob) {
  const Workflow workflow = load_good(one_job(R"(  args: ["training.lr=1e-4", "--x=1", plain, 5, "a b=c"]
)"));
  const TaskBody body = body_of(workflow, "a");
  EXPECT_EQ(workflow.dialect, Dialect::kJobs);
  EXPECT_EQ(body.verb, "train");
  EXPECT_EQ(body.config, "c.yaml");
  EXPECT_EQ(body.command, (Names{"oumi", "train"}));
  EXPECT_EQ(body.args, (Names{"--config", "/home/ada/c.yaml", "--training.lr=1e-4", "--x=1", "plain", "5", "a b=c"}));
}

TEST(Jobs, VerbsOfTheConfiguration) {
  Config config;
  config.verbs["train"] = {"python3", "-m", "mine"};
  config.verbs["pack"] = {"tar"};
  LoadOptions options = test_options();
  options.config = &config;
  const Workflow workflow = load_good(one_job("- {name: b, verb: pack, config: \"hf://x/y\"}\n"
                                              "- {name: c, verb: judge, config: c}\n"),
                                      options);
  EXPECT_EQ(body_of(workflow, "a").command, (Names{"python3", "-m", "mine"}));
  EXPECT_EQ(body_of(workflow, "b").command, (Names{"tar"}));
  EXPECT_EQ(body_of(workflow, "b").args, (Names{"--config", "hf://x/y"}));
  EXPECT_EQ(body_of(workflow, "c").command, (Names{"oumi", "judge", "dataset"}));
}

// a -> b -> d, a -> c -> d, d written first
TEST(Jobs, DependenciesInAnyOrder) {
  const Workflow workflow = load_good(
      "name: w\njobs:\n- {name: d, verb: eval, config: c, depends_on: [b, c, b]}\n"
      "- {name: c, verb: eval, config: c, depends_on: a}\n- {name: b, verb: eval, config: c, depends_on: [a]}\n"
      "- {name: a, verb: train, config: c, depends_on: null}\n");
  EXPECT_EQ(workflow.upstream.of(GroupIndex(0)).size(), 2U);
  EXPECT_EQ(workflow.downstream.of(GroupIndex(3)).size(), 2U);
}

TEST(Jobs, EnvironmentIsMergedAndExpanded) {
  const Workflow workflow =
      load_good(one_job("  env: {B: job, C: 0.10, D: yes}\n",
                        "env: {A: \"${HF_TOKEN}!\", B: flow, X: \"${oc.env:NOT, def}\", Y: \"$${HF_TOKEN}\"}\n"));
  EXPECT_EQ(body_of(workflow, "a").environment,
            (EnvironmentList{
                {"A", "secret!"}, {"B", "job"}, {"X", "def"}, {"Y", "${HF_TOKEN}"}, {"C", "0.10"}, {"D", "yes"}}));
}

TEST(Jobs, DefaultsOfVariablesMayBeVariables) {
  const Workflow workflow = load_good(one_job("  env: {A: \"${oc.env:NOT,${oc.env:NOR,${HF_TOKEN}}}!\"}\n"));
  EXPECT_EQ(body_of(workflow, "a").environment, (EnvironmentList{{"A", "secret!"}}));
  EXPECT_EQ(codes_of(one_job("  env: {A: \"${oc.env:NOT,${NOR}}\"}\n")), "SN603");
}

TEST(Jobs, TimesAndNumbers) {
  for (const std::string_view time : {"90", "\"90\"", "90s", "1m30s", "PT1M30S"}) {
    const Workflow workflow = load_good(one_job("  timeout: " + std::string(time) + "\n"));
    EXPECT_EQ(workflow.policy_of(TaskIndex(0)).exec_timeout, std::chrono::seconds(90)) << time;
  }
  for (const std::string_view time : {"true", "no", "soon", "1h-3m", "\"\"", "-5", "99999999999999999999h1s"}) {
    EXPECT_FALSE(codes_of(one_job("  timeout: " + std::string(time) + "\n")).empty()) << time;
  }
  EXPECT_EQ(codes_of(one_job("  max_retries: yes\n", "resources: {max_parallel: true, gpus: [true]}\n")),
            "SN203 SN203 SN203");
}

TEST(Jobs, HeaderAfterTheJobsCounts) {
  const Workflow workflow =
      load_good(one_job("env: {A: x}\noutput_dir: out\nworkdir: work\ntimeout: 1h\nresources: {gpus: [2]}\n"));
  const TaskBody body = body_of(workflow, "a");
  EXPECT_EQ(body.environment, (EnvironmentList{{"A", "x"}, {"CUDA_VISIBLE_DEVICES", "2"}}));
  EXPECT_EQ(body.job_dir, "/home/ada/out/a");
  EXPECT_EQ(body.workdir, "/home/ada/work");
  EXPECT_EQ(workflow.timeout, Micros(std::chrono::hours(1)));
  EXPECT_EQ(workflow.gpus, GpuSet::from_bits(4));
  EXPECT_EQ(workflow.output_dir, "out");
}

TEST(Jobs, RetriesAndTimeouts) {
  const Workflow workflow =
      load_good(one_job("  max_retries: 3\n  timeout: 90\n- {name: b, verb: train, config: c}\n"));
  EXPECT_EQ(workflow.policy_of(TaskIndex(0)).max_retries, 3U);
  EXPECT_EQ(workflow.policy_of(TaskIndex(0)).retry_delay, Micros(std::chrono::seconds(60)));
  EXPECT_EQ(workflow.policy_of(TaskIndex(0)).exec_timeout, Micros(std::chrono::seconds(90)));
  EXPECT_EQ(workflow.policy_of(TaskIndex(1)).exec_timeout, Micros(0));
}

TEST(Jobs, RetriesMayWaitLongerEachTime) {
  const Workflow workflow =
      load_good(one_job("  max_retries: 3\n  retry_backoff: 1.5\n  retry_max_delay: 10m\n"
                        "- {name: b, verb: train, config: c, max_retries: 1}\n"));
  EXPECT_EQ(workflow.policy_of(TaskIndex(0)).retry_backoff, 1'500U);
  EXPECT_EQ(workflow.policy_of(TaskIndex(0)).retry_max_delay, Micros(std::chrono::minutes(10)));
  EXPECT_EQ(workflow.policy_of(TaskIndex(1)).retry_backoff, kNoBackoff);
  EXPECT_EQ(codes_of(one_job("  retry_backoff: 0.5\n")), "SN207");
  EXPECT_EQ(codes_of(one_job("  retry_backoff: 101\n")), "SN207");
  EXPECT_EQ(codes_of(one_job("  retry_backoff: twice\n")), "SN203");
  EXPECT_EQ(codes_of(one_job("  retry_backoff: [2]\n")), "SN203");
  EXPECT_EQ(codes_of(one_job("  retry_max_delay: -1\n")), "SN207");
}

TEST(Jobs, GpuRequests) {
  struct Row {
    std::string_view fields;
    std::uint32_t count;
    std::uint64_t devices;
  };
  const Row rows[] = {
      {"", 0, 0},
      {"  resources: {gpu: null}\n", 0, 0},
      {"  resources: {gpu: auto}\n", 1, 0},
      {"  resources: {gpu: 0}\n", 0, 1},
      {"  resources: {gpu: \"1\"}\n", 0, 2},
      {"  resources: {gpus: [0, 1]}\n", 0, 3},
      {"  env: {CUDA_VISIBLE_DEVICES: \"0,1\"}\n", 0, 3},
      {"  env: {CUDA_VISIBLE_DEVICES: 1}\n", 0, 2},
      {"  env: {CUDA_VISIBLE_DEVICES: \"\"}\n", 0, 0},
      {"  env: {CUDA_VISIBLE_DEVICES: \"1\"}\n  resources: {gpu: 1}\n", 0, 2},
  };
  for (const Row& row : rows) {
    const Workflow workflow = load_good(one_job(row.fields, "resources: {gpus: [0, 1]}\n"));
    EXPECT_EQ(workflow.resources_of(TaskIndex(0)).gpu_count, row.count) << row.fields;
    EXPECT_EQ(workflow.resources_of(TaskIndex(0)).gpu_devices.bits(), row.devices) << row.fields;
  }
}

TEST(Jobs, DevicesThatAreLeasedAreNotInTheEnvironment) {
  EXPECT_TRUE(body_of(load_good(one_job("  env: {CUDA_VISIBLE_DEVICES: \"0\"}\n")), "a").environment.empty());
  EXPECT_EQ(body_of(load_good(one_job("  env: {CUDA_VISIBLE_DEVICES: \"\"}\n")), "a").environment.size(), 1U);
}

TEST(Jobs, DevicesOfTheWorkflowAreSeenByJobsThatAskForNone) {
  EXPECT_EQ(body_of(load_good(one_job("", "resources: {gpus: [2, 3]}\n")), "a").environment,
            (EnvironmentList{{"CUDA_VISIBLE_DEVICES", "2,3"}}));
  const Workflow workflow = load_good(one_job("  resources: {gpu: auto}\n", "env: {CUDA_VISIBLE_DEVICES: \"2,3\"}\n"));
  EXPECT_EQ(workflow.gpus, GpuSet::from_bits(0b1100));
  EXPECT_TRUE(body_of(workflow, "a").environment.empty()) << "what is leased says the lease";
}

TEST(Jobs, PartsOfAGpu) {
  const auto request_of = [](const std::string& resources) {
    return load_good(one_job("  resources: {" + resources + "}\n")).resources_of(TaskIndex(0));
  };
  for (const char* half : {"gpu: 0.5", "gpu: .5", "gpu: \"0.5\"", "gpu: 0.5009"}) {
    const ResourceRequest request = request_of(half);
    EXPECT_EQ(request.gpu_share, 500U) << half;
    EXPECT_EQ(request.gpu_count, 1U) << half;
    EXPECT_TRUE(request.gpu_devices.empty()) << half;
  }
  EXPECT_EQ(request_of("gpu: 0.29").gpu_share, 290U);
  EXPECT_EQ(request_of("gpu: 0.001").gpu_share, 1U);
  EXPECT_EQ(request_of("gpu: 0").gpu_devices, GpuSet::first(1)) << "still the number of a device";
  EXPECT_EQ(request_of("gpu: 1.0").gpu_devices, GpuSet::from_bits(2)) << "as any whole number";
  for (const char* none : {"gpu: 1.5", "gpu: 0.0001", "gpu: -0.5"}) {
    EXPECT_EQ(codes_of(one_job("  resources: {" + std::string(none) + "}\n")), "SN424") << none;
  }
}

TEST(Jobs, MemoryOfGpus) {
  const auto request_of = [](const std::string& job) { return load_good(one_job(job)).resources_of(TaskIndex(0)); };
  EXPECT_EQ(request_of("  resources: {gpu_memory: 20Gi}\n").gpu_count, 1U) << "of any one";
  EXPECT_EQ(request_of("  resources: {gpu_memory: 20Gi}\n").gpu_memory, gibibytes(20));
  EXPECT_EQ(request_of("  resources: {gpu: 2, gpu_memory: 20Gi}\n").gpu_devices, GpuSet::from_bits(4));
  EXPECT_EQ(request_of("  resources: {gpu_memory: 8Gi, gpus: [0, 3]}\n").gpu_devices, GpuSet::from_bits(9));
  EXPECT_EQ(request_of("  resources: {gpu: 0.5, gpu_memory: 20Gi}\n").gpu_share, 500U);
  EXPECT_EQ(request_of("  resources: {gpu_memory: 1Gi}\n  env: {CUDA_VISIBLE_DEVICES: \"1\"}\n").gpu_devices,
            GpuSet::from_bits(2));
  EXPECT_EQ(codes_of(one_job("  resources: {gpus: [], gpu_memory: 20Gi}\n")), "SN425");
  EXPECT_EQ(codes_of(one_job("  resources: {gpu_memory: 0}\n")), "SN207");
  EXPECT_EQ(codes_of(one_job("  resources: {gpu_memory: 1Gi}\n  env: {CUDA_VISIBLE_DEVICES: \"\"}\n")), "SN507");
  EXPECT_EQ(codes_of(one_job("  resources: {gpu: 0.5}\n  env: {CUDA_VISIBLE_DEVICES: \"1\"}\n")), "SN507");
}

TEST(Jobs, AHybridIsAnAllocation) {
  EXPECT_EQ(load_good(one_job("", "resources: {allocation: hybrid}\n")).allocation, Allocation::kHybrid);
}

TEST(Jobs, ContradictingDeviceLists) {
  const std::string hidden = "env: {CUDA_VISIBLE_DEVICES: \"\"}\n";
  EXPECT_EQ(codes_of(one_job("  resources: {gpu: 0}\n", hidden)), "SN507");
  EXPECT_EQ(codes_of(one_job("", hidden + "resources: {gpus: [0]}\n")), "SN507");
  EXPECT_EQ(codes_of(one_job("", "resources: {gpus: [0, 1]}\nenv: {CUDA_VISIBLE_DEVICES: \"2,3\"}\n")), "SN507");
  EXPECT_EQ(codes_of(one_job("  env: {CUDA_VISIBLE_DEVICES: 3}\n", "env: {CUDA_VISIBLE_DEVICES: \"2\"}\n")), "SN506");
}

TEST(Jobs, VariablesOfFlagsGoOverThoseOfTheFile) {
  LoadOptions options = test_options();
  options.set_envs = {"B=flag", "TOKEN=t"};
  const Workflow workflow = load_good(one_job("  env: {B: job, C: \"${TOKEN}\"}\n"), options);
  EXPECT_EQ(body_of(workflow, "a").environment, (EnvironmentList{{"B", "flag"}, {"C", "t"}, {"TOKEN", "t"}}));
}

TEST(Jobs, FlagsReplaceWhatTheFileSays) {
  LoadOptions options = test_options();
  options.gpus = GpuSet::from_bits(0b1100);
  options.max_parallel = 1;
  const Workflow workflow = load_good(one_job("", "resources: {gpus: [0, 1], max_parallel: 4}\ntui: false\n"), options);
  EXPECT_EQ(workflow.gpus, GpuSet::from_bits(0b1100));
  EXPECT_EQ(workflow.max_parallel, 1U);
}

TEST(Jobs, EveryFieldOfThePageIsTaken) {
  const Loaded loaded = load(R"(
name: workflow-name
description: What this does
resources: {gpus: [0, 1, 2, 3], max_parallel: 4, allocation: load_balanced, mode: mixed, cost_per_gpu_hour: 2.5,
            local_gpus: [0, 1], remote: [{name: aws-cluster, max_jobs: 4}]}
env: {WANDB_PROJECT: my-project}
output_dir: ./outputs/workflow
tui: true
timeout: 86400
jobs:
- {name: job-1, verb: train, config: c.yaml, resources: {gpu: 0, cpus: 2, memory: 1Gi}, workdir: ./work, retry_delay: 60}
)",
                             test_options());
  ASSERT_TRUE(loaded.ok()) << diagnostics_of(loaded);
  EXPECT_EQ(loaded.tui, true);
  EXPECT_EQ(loaded.cost_per_gpu_hour, 2.5);
  EXPECT_EQ(loaded.workflow->allocation, Allocation::kLoadBalanced);
  EXPECT_EQ(loaded.workflow->resources_of(TaskIndex(0)).memory, gibibytes(1));
  EXPECT_EQ(body_of(*loaded.workflow, "job-1").job_dir, "/home/ada/outputs/workflow/job-1");
}

TEST(Jobs, ConfigsAreFoundHereOrBesideTheFile) {
  const BundledFiles files(BundledFiles::Files{{"/home/ada/flows/c.yaml", ""}});
  LoadOptions options = test_options();
  options.files = &files;
  options.file_directory = "/home/ada/flows";
  EXPECT_EQ(body_of(load_good(one_job(""), options), "a").args[1], "/home/ada/flows/c.yaml");
  options.file_directory = "/home/ada/other";
  EXPECT_EQ(codes_of(one_job(""), options), "SN602");
}

TEST(Jobs, AFileInFlowStyleIsRecognised) {
  EXPECT_EQ(load_good("{name: w, jobs: [{name: a, verb: train, config: c}]}").tasks.size(), 1U);
  EXPECT_EQ(load_good(" name: w\n jobs:\n - {name: a, verb: train, config: c}\n").tasks.size(), 1U);
}

TEST(Jobs, AMisspeltNameIsOneMistake) {
  EXPECT_EQ(codes_of("nmae: wf\njobs:\n- {name: a, verb: train, config: c}\n"), "SN201");
}

TEST(Jobs, OfAHeaderFieldBeforeAndBehindTheJobsTheLastCountsForAll) {
  const Workflow workflow =
      load_good("name: j\noutput_dir: /a\njobs:\n- {name: one, verb: train, config: c}\noutput_dir: /b\n");
  EXPECT_EQ(workflow.output_dir, "/b");
  EXPECT_EQ(body_of(workflow, "one").job_dir, "/b/one");
}

}  // namespace
}  // namespace sennit::spec
