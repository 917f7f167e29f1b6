// What a good file of the tasks dialect becomes.
#include "spec/load_fixture.h"

namespace sennit::spec {
namespace {

std::vector<std::string> upstream_of(const Workflow& workflow, std::string_view task) {
  std::vector<std::string> names;
  const GroupIndex group = workflow.tasks[find_task(workflow, task)->value()].group;
  for (const GroupIndex other : workflow.upstream.of(group)) names.push_back(workflow.name_of(other));
  return names;
}

using Names = std::vector<std::string>;

TEST(Tasks, EachIsAGroupOfItsOwnAndItsLead) {
  const Workflow workflow = load_good(tasks_file("  - {name: a, image: x, command: [run], args: [1, 2.5]}\n"));
  EXPECT_EQ(workflow.dialect, Dialect::kTasks);
  EXPECT_EQ(workflow.name_of(GroupIndex(0)), "a-group");
  EXPECT_TRUE(workflow.tasks[0].lead);
  EXPECT_EQ(body_of(workflow, "a").args, (Names{"1", "2.5"}));
}

// a -> c, b -> c; c is written first
TEST(Tasks, InputsMayNameTasksFurtherDown) {
  const Workflow workflow = load_good(tasks_file(
      "  - {name: c, image: x, command: [run], inputs: [{url: \"s3://b\"}, {task: b}, {task: a}, {task: b}]}\n"
      "  - {name: a, image: x, command: [run]}\n"
      "  - {name: b, image: x, command: [run], inputs: [{task: a}]}\n"));
  EXPECT_EQ(upstream_of(workflow, "c"), (Names{"a-group", "b-group"}));
  const TaskBody body = body_of(workflow, "c");
  EXPECT_EQ(body.inputs[1].task, *find_task(workflow, "b"));
  EXPECT_EQ(body.inputs[2].task, *find_task(workflow, "a"));
  EXPECT_EQ(body.inputs[3].task, *find_task(workflow, "b"));
  EXPECT_EQ(body_of(workflow, "b").inputs[0].task, *find_task(workflow, "a"));
}

TEST(Tasks, EarlierWorkflowsMakeNoEdge) {
  const Workflow workflow =
      load_good(tasks_file("  - {name: a, image: x, command: [run], inputs: [{task: \"old-1:b\", regex: \"x\"}]}\n"));
  EXPECT_EQ(workflow.upstream.size(), 0U);
  const TaskBody body = body_of(workflow, "a");
  EXPECT_TRUE(body.inputs[0].from_other);
  EXPECT_EQ(body.inputs[0].regex, "x");
}

TEST(Tasks, HaveTheMountsOfTheirPlatform) {
  Config config;
  config.pools["local"].platforms["a100"].default_mounts = {"/data", "/scratch:/tmp/scratch"};
  LoadOptions options = test_options();
  options.config = &config;
  const Workflow workflow = load_good(R"(
workflow:
  name: wf
  resources:
    default: {platform: a100}
  tasks:
  - {name: a, image: x, command: [run]}
)",
                                      options);
  EXPECT_EQ(body_of(workflow, "a").platform_mounts, (Names{"/data", "/scratch:/tmp/scratch"}));
  EXPECT_TRUE(body_of(workflow, "a").volume_mounts.empty());
}

TEST(Tasks, DatasetsAreOfBucketsThatAreConfigured) {
  Config config;
  config.datasets.buckets = {{"team", "s3://sets/x"}};
  LoadOptions options = test_options();
  options.config = &config;
  const auto task = [](std::string_view name) {
    return tasks_file("  - {name: a, image: x, command: [run], outputs: [{dataset: {name: \"" + std::string(name) +
                      "\"}}]}\n");
  };
  for (const std::string_view good : {"digits", "local/digits", "team/digits:3", "{{workflow_id}}/digits"}) {
    EXPECT_EQ(codes_of(task(good), options), "") << good;
  }
  const Loaded bad = load(task("taem/digits"), options);
  ASSERT_EQ(bad.diagnostics.size(), 1U);
  EXPECT_EQ(bad.diagnostics[0].code, "SN432");
  EXPECT_EQ(bad.diagnostics[0].suggestion, "team");
  EXPECT_EQ(codes_of(task("taem/digits")), "") << "where buckets are not known";
}

TEST(Tasks, ADatasetThatAnotherGroupMakesIsADependency) {
  const Workflow workflow = load_good(R"(
workflow:
  name: wf
  groups:
  - name: use
    tasks:
    - {name: t4, lead: true, image: x, command: [run], inputs: [{dataset: {name: d3}}]}
  - name: make
    tasks:
    - {name: t1, lead: true, image: x, command: [run]}
    - {name: t2, image: x, command: [run], outputs: [{dataset: {name: "d3:latest", path: out}}]}
)");
  EXPECT_EQ(upstream_of(workflow, "t4"), (Names{"make"}));
}

TEST(Tasks, HeaderAfterTheListIsKnownToTheTasks) {
  const Workflow workflow = load_good(tasks_file("  - {name: a, image: x, command: [run], resource: big}\n"
                                                 "  - {name: b, image: x, command: [run]}\n") +
                                      "  resources:\n    default: {memory: 1Gi}\n    big: {gpu: 2, cpu: 4}\n"
                                      "  timeout: {exec_timeout: 8h}\n");
  EXPECT_EQ(workflow.resources_of(TaskIndex(0)).gpu_count, 2U);
  EXPECT_EQ(workflow.resources_of(TaskIndex(0)).cpus, 4U);
  EXPECT_EQ(workflow.resources_of(TaskIndex(1)).memory, gibibytes(1));
  EXPECT_EQ(workflow.policy_of(TaskIndex(0)).exec_timeout, Micros(std::chrono::hours(8)));
}

TEST(Tasks, GroupsKeepTheirOptionsWhereverTheyStand) {
  const Workflow workflow = load_good(R"(
workflow:
  name: wf
  groups:
  - tasks:
    - {name: a, image: x, command: [run]}
    - {name: b, lead: yes, image: x, command: [run]}
    barrier: "no"
    ignoreNonleadStatus: 0
    name: pair
  - {name: one, tasks: [{name: c, lead: false, image: x, command: [run]}]}
)");
  EXPECT_EQ(workflow.name_of(GroupIndex(0)), "pair");
  EXPECT_FALSE(workflow.groups[0].barrier);
  EXPECT_FALSE(workflow.groups[0].ignore_nonlead_status);
  EXPECT_EQ(workflow.lead_of(GroupIndex(0)), TaskIndex(1));
  EXPECT_EQ(workflow.lead_of(GroupIndex(1)), TaskIndex(2));
}

TEST(Tasks, TemplatesWithDefaultsAndFlags) {
  LoadOptions options = test_options();
  options.sets = {"n=2", "who=set"};
  options.set_strings = {"who=007"};
  options.set_envs = {"A=b=c", "B=new"};
  const std::string text =
      "default-values:\n  n: 1\n  image: alpine:3\n" +
      tasks_file(
          "{% for i in range(n) %}\n"
          "  - name: t{{ i }}\n    image: {{ image }}\n    command: [\"{{who}}\", \"{{output}}\", \"{{input}}\"]\n"
          "    environment: {B: old}\n{% endfor %}\n");
  const Workflow workflow = load_good(text, options);
  EXPECT_EQ(workflow.tasks.size(), 2U);
  const TaskBody body = body_of(workflow, "t1");
  EXPECT_EQ(body.command, (Names{"007", "{{output}}", "{{input}}"}));
  EXPECT_EQ(body.environment, (EnvironmentList{{"B", "new"}, {"A", "b=c"}}));
}

TEST(Tasks, FlagsOfUnknownVariablesAreMentioned) {
  LoadOptions options = test_options();
  options.sets = {"imgae=y", "m=3"};
  const std::string text =
      "default-values: {image: x}\n" + tasks_file("  - {name: \"a{{ m }}\", image: \"{{ image }}\", command: [run]}\n");
  const Loaded loaded = load(text, options);
  EXPECT_TRUE(loaded.ok());
  EXPECT_EQ(diagnostics_of(loaded),
            "--set: warning[SN159]: the file has no variable 'imgae': nothing is set\n"
            "        = help: did you mean 'image'?\n");
}

TEST(Tasks, ANameThatYamlTakesForASwitchWantsQuotes) {
  const Loaded loaded = load(tasks_file("  - {name: on, image: x, command: [run]}\n"), test_options());
  EXPECT_NE(diagnostics_of(loaded).find("= expected: quotes around it: \"on\""), std::string::npos);
}

TEST(Tasks, LabelFlagsAreChecked) {
  LoadOptions options = test_options();
  options.labels = {"team=x", "os=linux"};
  const std::string text = "workflow:\n  name: wf\n  labels: {team: y}\n  tasks: [{name: a, image: x, command: [r]}]\n";
  EXPECT_EQ(load_good(text, options).labels, (std::map<std::string, std::string>{{"team", "x"}, {"os", "linux"}}));
  options.labels = {"a b=c", "k=", "novalue"};
  EXPECT_EQ(codes_of(text, options), "SN309 SN309 SN309");
  options.labels.clear();
  for (int i = 0; i < 16; ++i) options.labels.push_back("k" + std::to_string(i) + "=v");
  EXPECT_EQ(codes_of(text, options), "SN310");
}

TEST(Tasks, TheWorkflowMayComeInASecondDocument) {
  EXPECT_TRUE(load("version: 2\n---\n" + tasks_file("  - {name: a, image: x, command: [run]}\n"), test_options()).ok());
}

TEST(Tasks, FilesThatAreNotUtf8ArePlaced) {
  const Loaded loaded = load("workflow:\n  name: M\xfcller\n", test_options());
  EXPECT_EQ(diagnostics_of(loaded),
            "flow.yaml:2:10: error[SN102]: the byte 0xFC is not UTF-8 text\n"
            "      2 |   name: M?ller\n"
            "        |          ^\n"
            "        = expected: a file saved as UTF-8; other contents as files with 'base64: true'\n");
  EXPECT_EQ(codes_of("\xff\xfew"), "SN102");
}

TEST(Tasks, TokensAreNoTemplate) {
  const Loaded loaded = load(tasks_file("  - {name: a, image: x, command: [\"{{output}}/{{workflow_id}}\"]}\n"), {});
  EXPECT_TRUE(loaded.ok());
  EXPECT_FALSE(loaded.rendered);
}

TEST(Tasks, LocalFilesAreReadBesideTheFile) {
  const BundledFiles files(BundledFiles::Files{{"/home/ada/flows/run.sh", "echo {{ x }}"}});
  LoadOptions options = test_options();
  options.files = &files;
  options.file_directory = "/home/ada/flows";
  const Workflow workflow = load_good(
      tasks_file("  - {name: a, image: x, command: [sh], files: [{path: /r, localpath: run.sh}]}\n"), options);
  EXPECT_EQ(body_of(workflow, "a").files[0].contents, "echo {{ x }}");
}

TEST(Tasks, AliasesAndMergeKeysBetweenTasks) {
  const Workflow workflow =
      load_good(tasks_file("  - &base {name: a, image: x, command: [run], args: &args [p, q]}\n"
                           "  - {<<: *base, name: b}\n"
                           "  - {name: c, image: y, command: *args}\n"));
  EXPECT_EQ(body_of(workflow, "b").args, (Names{"p", "q"}));
  EXPECT_EQ(body_of(workflow, "c").command, (Names{"p", "q"}));
}

TEST(Tasks, ALiteralAtTheEndOfTheFileLosesOneNewlineAsInJinja) {
  const Workflow workflow = load_good(tasks_file("  - name: a\n    image: x\n    command:\n    - |\n      echo\n"));
  EXPECT_EQ(body_of(workflow, "a").command, (Names{"echo"}));
}

TEST(Tasks, AByteOrderMarkAndWindowsLineEndsDoNotMatter) {
  const Workflow workflow = load_good(
      "\xEF\xBB\xBFworkflow:\r\n  name: wf\r\n  tasks:\r\n  - name: a\r\n    image: x\r\n    command: [run]\r\n");
  EXPECT_EQ(workflow.name, "wf");
}

TEST(Tasks, Base64IsDecodedAlsoFromDigitsAndHasNoTokens) {
  const TaskBody body = body_of(load_good(tasks_file("  - name: a\n    image: x\n    command: [run]\n    files:\n"
                                                     "    - {path: /a, contents: e3tvdXRwdXR9fQ==, base64: true}\n"
                                                     "    - {path: /b, contents: 1234, base64: true}\n"
                                                     "    - {path: /c, contents: 1234}\n")),
                                "a");
  EXPECT_EQ(body.files[0], (FileSpec{"/a", "{{output}}", true}));
  EXPECT_EQ(body.files[1], (FileSpec{"/b", "\xd7\x6d\xf8", true}));
  EXPECT_EQ(body.files[2], (FileSpec{"/c", "1234", false}));
}

TEST(Tasks, AMisspeltListBesideTheRightOneIsOneMistake) {
  EXPECT_EQ(codes_of("workflow:\n  name: wf\n  task: [{name: a, image: x, command: [run]}]\n"
                     "  tasks:\n  - {name: b, image: x, command: [run]}\n"),
            "SN201");
}

// One task with these lines.
std::string task_with(std::string_view lines) {
  return tasks_file("  - name: a\n    image: x\n    command: [run]\n" + std::string(lines));
}

std::string workflow_with(std::string_view lines) {
  return "workflow:\n  name: wf\n" + std::string(lines) + "  tasks: [{name: a, image: x, command: [run]}]\n";
}

TEST(TasksValues, NullIsNoValueOfAFieldThatHasADefault) {
  EXPECT_EQ(codes_of(workflow_with("  timeout: null\n")), "SN203");
  EXPECT_EQ(codes_of(workflow_with("  timeout: {exec_timeout: null}\n")), "");
  EXPECT_EQ(codes_of(task_with("    checkpoint: [{path: p, url: \"s3://b\", frequency: 5m, regex: null}]\n")), "SN203");
  EXPECT_EQ(codes_of(task_with("    downloadType: null\n    cacheSize: null\n")), "");
}

TEST(TasksValues, CacheSizesMayBeEmptyAndCountWholePercents) {
  for (const char* good : {"\"\"", "100.9%", "\" 5%\"", "16"})
    EXPECT_EQ(codes_of(task_with("    cacheSize: " + std::string(good) + "\n")), "") << good;
  for (const char* bad : {"101%", "-0.1%", "x%", "nan%", "4gi"})
    EXPECT_EQ(codes_of(task_with("    cacheSize: " + std::string(bad) + "\n")), "SN410") << bad;
}

TEST(TasksValues, WhatATaskSaysForOsmosUseMustBeWellFormed) {
  EXPECT_EQ(codes_of(task_with("    resources: {cpu: 2, memory: 4Gi}\n    backend: b\n")), "SN209 SN209");
  EXPECT_EQ(codes_of(task_with("    resources: [a]\n")), "SN209 SN203");
  EXPECT_EQ(codes_of(task_with("    resources: {disk: 4}\n")), "SN209 SN201");
  EXPECT_EQ(codes_of(task_with("    backend: [a]\n")), "SN209 SN203");
}

TEST(TasksValues, ReferencesThatNoTaskCanHaveAreWrongNames) {
  EXPECT_EQ(codes_of(task_with("    inputs: [{task: \"1.0\"}]\n")), "SN301");
  EXPECT_EQ(codes_of(task_with("    inputs: [{task: b}]\n")), "SN305");
}

TEST(TasksValues, NumbersTooLargeForAnythingAreOutOfRange) {
  for (const char* cpu : {"-1", "9223372036854775807", "99999999999999999999999", "\"99999999999999999999999\""})
    EXPECT_EQ(codes_of(workflow_with("  resources: {default: {cpu: " + std::string(cpu) + "}}\n")), "SN207") << cpu;
  EXPECT_EQ(codes_of(workflow_with("  resources: {default: {cpu: \"\u0664\"}}\n")), "SN203");
}

TEST(Tasks, AnEmptyListBeforeTheRightOneCountsForNothing) {
  const std::string tasks = "  tasks: [{name: a, image: x, command: [run]}]\n";
  EXPECT_EQ(codes_of("workflow:\n  name: wf\n  tasks: []\n" + tasks), "");
  EXPECT_EQ(codes_of("workflow:\n  name: wf\n  groups: []\n" + tasks), "");
  EXPECT_EQ(codes_of("workflow:\n  name: wf\n" + tasks + tasks), "SN110");
}

TEST(Tasks, OneWorkflowOneDocument) {
  const std::string one = "workflow:\n  name: wf\n  tasks: [{name: a, image: x, command: [run]}]\n";
  EXPECT_EQ(codes_of(one + one), "SN113");
  EXPECT_EQ(codes_of(one + "---\n" + one), "SN113") << "once, at the mark";
  EXPECT_EQ(codes_of(one + "---\nfoo: 1\n"), "SN113");
  EXPECT_EQ(codes_of(one + "---\ndefault-values: {}\n"), "SN114");
  EXPECT_EQ(codes_of(one + "---\n"), "SN114");
  EXPECT_EQ(codes_of(one + "\"workflow\": {name: b}\n"), "SN110");
  EXPECT_EQ(codes_of(one + "1foo: x\n"), "SN201");
  EXPECT_EQ(codes_of(one + "...\n"), "");
}

TEST(TasksValues, SignsThatYamlKeepsForItselfNeedQuotes) {
  EXPECT_EQ(codes_of(task_with("    args: [=, <<]\n")), "SN101 SN101");
  EXPECT_EQ(codes_of(task_with("    args: [\"=\", \"<<\"]\n    environment: {K: =}\n")), "SN101");
}

TEST(TasksValues, ATagOfOnlyAnExclamationMarkLeavesTheTypeOpen) {
  const TaskBody body = body_of(load_good(task_with("    environment: {A: ! yes, B: ! \"yes\", C: \"yes\"}\n")), "a");
  EXPECT_EQ(body.environment, (EnvironmentList{{"A", "True"}, {"B", "True"}, {"C", "yes"}}));
}

TEST(TasksValues, BytesMustBeTextAndSetsAreNoLists) {
  EXPECT_EQ(body_of(load_good(task_with("    args: [!!binary aGVsbG8=]\n")), "a").args, (Names{"hello"}));
  EXPECT_EQ(codes_of(task_with("    args: [!!binary gICA]\n")), "SN203");
  EXPECT_EQ(codes_of(task_with("    environment: !!set {a, b}\n")).substr(0, 5), "SN203");
  EXPECT_EQ(codes_of(task_with("    args: [!x y]\n")), "SN108");
}

TEST(TasksValues, DatesAsNamesOfVariablesAreWrittenAsPythonDoes) {
  const TaskBody body = body_of(load_good(task_with("    environment: {2024-01-02T10:00:00Z: x}\n")), "a");
  EXPECT_EQ(body.environment.front().first, "2024-01-02 10:00:00+00:00");
}

TEST(TasksValues, PlatformsAreForTasksThatUseThem) {
  Config config;
  PoolConfig pool;
  pool.default_platform = "std";
  pool.platforms = {{"std", {}}, {"5", {}}};
  pool.topology_keys = {"rack"};
  config.pools["local"] = pool;
  LoadOptions options = test_options();
  options.config = &config;
  const auto codes = [&](std::string_view resources) {
    return codes_of(workflow_with("  resources: {" + std::string(resources) + "}\n"), options);
  };
  EXPECT_EQ(codes("default: {platform: \"\"}"), "") << "the default one";
  EXPECT_EQ(codes("default: {platform: 5}"), "") << "numbers are names";
  EXPECT_EQ(codes("default: {}, other: {platform: nope}"), "") << "nobody uses it";
  EXPECT_EQ(codes("default: {platform: nope}"), "SN502");
  EXPECT_EQ(codes("default: {}, other: {topology: [{key: zone}]}"), "SN505") << "keys are for all";
  EXPECT_EQ(codes("default: {topology: [{key: \"\"}]}"), "SN505");
}

TEST(Tasks, OfAHeaderFieldBeforeAndBehindTheTasksTheLastCountsForAll) {
  const Workflow workflow = load_good(
      "workflow:\n  name: wf\n  resources: {default: {cpu: 1}}\n  timeout: {exec_timeout: 1h}\n"
      "  tasks:\n  - {name: a, image: b, command: [c]}\n"
      "  resources: {default: {cpu: 2}}\n  timeout: {queue_timeout: 1m}\n");
  EXPECT_EQ(workflow.resources_of(TaskIndex(0)).cpus, 2U);
  EXPECT_EQ(workflow.policy_of(TaskIndex(0)).exec_timeout, Micros{});
  EXPECT_EQ(workflow.policy_of(TaskIndex(0)).queue_timeout, std::chrono::minutes(1));
}

TEST(Tasks, PartsOfGpusAndTheirMemory) {
  const auto request_of = [](const std::string& resource) {
    return load_good(workflow_with("  resources: {default: {" + resource + "}}\n")).resources_of(TaskIndex(0));
  };
  EXPECT_EQ(request_of("gpu: 0.5").gpu_share, 500U);
  EXPECT_EQ(request_of("gpu: 0.5").gpu_count, 1U);
  EXPECT_EQ(request_of("gpu: 2.0").gpu_count, 2U);
  EXPECT_EQ(request_of("gpu: 2, gpu_memory: 20Gi").gpu_count, 2U);
  EXPECT_EQ(request_of("gpu_memory: 20Gi").gpu_count, 1U);
  EXPECT_EQ(request_of("gpu_memory: 20Gi").gpu_memory, gibibytes(20));
  EXPECT_EQ(codes_of(workflow_with("  resources: {default: {gpu: 1.5}}\n")), "SN424");
  EXPECT_EQ(codes_of(workflow_with("  resources: {default: {gpu: 0, gpu_memory: 20Gi}}\n")), "SN425");
}

}  // namespace
}  // namespace sennit::spec
