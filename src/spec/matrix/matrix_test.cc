// What items with a matrix become, in both dialects.
#include "spec/load_fixture.h"

namespace sennit::spec {
namespace {

using Names = std::vector<std::string>;

Names names_of(const Workflow& workflow) {
  Names names;
  for (std::uint32_t i = 0; i < workflow.tasks.size(); ++i) names.emplace_back(workflow.name_of(TaskIndex(i)));
  return names;
}

Names sources_of(const TaskBody& body) {
  Names names;
  for (const InputSpec& input : body.inputs) names.push_back(input.source);
  return names;
}

std::string job(std::string_view fields) {
  return "name: w\njobs:\n- name: train\n  verb: train\n  config: c\n" + std::string(fields);
}

TEST(MatrixJobs, ProductInTheOrderOfAHand) {
  const Workflow workflow =
      load_good(job("  args: [\"lr={{ matrix.lr }}\", \"{{matrix.model}}/{{matrix.lr}}\"]\n"
                    "  matrix: {lr: [1e-4, 0.10], model: [small, \"a b\"]}\n"));
  EXPECT_EQ(names_of(workflow), (Names{"train-1e-4-small", "train-1e-4-a-b", "train-0.10-small", "train-0.10-a-b"}));
  EXPECT_EQ(body_of(workflow, "train-0.10-a-b").args, (Names{"--config", "/home/ada/c", "--lr=0.10", "a b/0.10"}));
}

TEST(MatrixJobs, ValueAloneKeepsItsType) {
  const Workflow workflow =
      load_good(job("  max_retries: \"{{ matrix.n }}\"\n  resources: {gpu: \"{{ matrix.n }}\"}\n"
                    "  env: {N: \"{{ matrix.n }}\"}\n  matrix: {n: [2, 3]}\n"));
  const TaskIndex second = find_task(workflow, "train-3").value();
  EXPECT_EQ(workflow.policy_of(second).max_retries, 3U);
  EXPECT_TRUE(workflow.resources_of(second).gpu_devices.contains(3));
  EXPECT_EQ(body_of(workflow, "train-3").environment, (EnvironmentList{{"N", "3"}}));
}

TEST(MatrixJobs, NameOfTheFilesOwnMaking) {
  const Workflow workflow = load_good(job("  matrix: {lr: [1, 2], seed: [7]}\n") +
                                      "- name: \"eval-{{ matrix.lr }}\"\n  verb: eval\n  config: c\n"
                                      "  depends_on: [\"train-{{ matrix.lr }}-7\"]\n  matrix: {lr: [1, 2]}\n");
  EXPECT_EQ(names_of(workflow), (Names{"train-1-7", "train-2-7", "eval-1", "eval-2"}));
  ASSERT_EQ(workflow.upstream.of(GroupIndex(3)).size(), 1U);
  EXPECT_EQ(workflow.upstream.of(GroupIndex(3))[0], GroupIndex(1));
}

TEST(MatrixJobs, WhoDependsOnTheNameDependsOnAll) {
  const Workflow workflow = load_good(
      "name: w\njobs:\n- {name: best, verb: eval, config: c, depends_on: [train]}\n"
      "- {name: train, verb: train, config: c, matrix: {lr: [1, 2, 3]}}\n");
  EXPECT_EQ(workflow.upstream.of(GroupIndex(0)).size(), 3U);
}

TEST(MatrixJobs, ExcludeAndInclude) {
  const Workflow workflow =
      load_good(job("  matrix:\n    lr: [1, 2]\n    m: [a, b]\n    exclude: [{lr: 1, m: b}, {lr: 2}]\n    include: "
                    "[{m: c, lr: 9}]\n"));
  EXPECT_EQ(names_of(workflow), (Names{"train-1-a", "train-9-c"}));
}

TEST(MatrixJobs, IncludeAloneListsWhatThereIs) {
  const Workflow workflow = load_good(job("  matrix: {include: [{lr: 1, m: a}, {m: b, lr: 2}]}\n"));
  EXPECT_EQ(names_of(workflow), (Names{"train-1-a", "train-2-b"}));
}

TEST(MatrixJobs, TokensOfOthersStay) {
  LoadOptions options = test_options();
  const Workflow workflow = load_good(job("  args: [\"{{ matrix.lr }}\", \"{{ other }}\"]\n"), options);
  EXPECT_EQ(body_of(workflow, "train").args[2], "{{ matrix.lr }}");
  EXPECT_EQ(codes_of(job("  args: [\"{{ matrix.lr }}\"]\n")), "SN408");
}

// train (2) -> merge -> check
TEST(MatrixTasks, InputOfTheNameBecomesOneForEach) {
  const Workflow workflow = load_good(tasks_file(R"(
  - {name: first, image: a:1, command: [a]}
  - name: merge
    image: a:1
    command: [cat, "{{input:1}}", "{{input:3}}"]
    inputs: [{task: first}, {task: train}, {task: last}]
  - name: train
    image: "a:{{ matrix.tag }}"
    command: [train, "--lr={{ matrix.lr }}", "{{output}}"]
    matrix: {tag: [1, 2], lr: [0.1]}
  - {name: last, image: a:1, command: [a]}
)"));
  EXPECT_EQ(names_of(workflow), (Names{"first", "merge", "train-1-0-1", "train-2-0-1", "last"}));
  const TaskBody merge = body_of(workflow, "merge");
  EXPECT_EQ(sources_of(merge), (Names{"first", "train-1-0-1", "train-2-0-1", "last"}));
  EXPECT_EQ(merge.inputs[2].task, TaskIndex(3));
  EXPECT_EQ(merge.inputs[3].task, TaskIndex(4));
  EXPECT_EQ(workflow.upstream.of(GroupIndex(1)).size(), 4U);
  EXPECT_EQ(body_of(workflow, "train-2-0-1").command, (Names{"train", "--lr=0.1", "{{output}}"}));
  EXPECT_EQ(body_of(workflow, "train-2-0-1").image, "a:2");
}

TEST(MatrixTasks, BesideATemplate) {
  const Workflow workflow = load_good(tasks_file("  - name: \"{{ who }}\"\n    image: a:1\n"
                                                 "    command: [\"{{ matrix.lr }}\", \"{{matrix.lr}}\"]\n"
                                                 "    matrix: {lr: [{% for i in range(n) %}{{ i }}, {% endfor %}]}\n") +
                                      "default-values: {who: t, n: 3}\n");
  EXPECT_EQ(names_of(workflow), (Names{"t-0", "t-1", "t-2"}));
  EXPECT_EQ(body_of(workflow, "t-2").command, (Names{"2", "2"}));
}

TEST(MatrixTasks, VariableOfThatNameIsTheFilesOwn) {
  const Workflow workflow =
      load_good(tasks_file("  - {name: a, image: a:1, command: [\"{{ matrix.lr }}\"]} # no matrix: here\n") +
                "default-values: {matrix: {lr: mine}}\n");
  EXPECT_EQ(body_of(workflow, "a").command, (Names{"mine"}));
}

TEST(MatrixTasks, WithoutAMatrixItIsAnUndefinedVariable) {
  EXPECT_EQ(codes_of(tasks_file("  - {name: a, image: a:1, command: [\"{{ matrix.lr }}\"]}\n")), "SN151");
}

TEST(MatrixTasks, InAGroup) {
  const Workflow workflow = load_good(R"(workflow:
  name: w
  groups:
  - name: g
    tasks:
    - {name: lead, lead: true, image: a:1, command: [a]}
    - {name: worker, image: a:1, command: [w, "{{host:lead}}", "{{ matrix.rank }}"], matrix: {rank: [1, 2, 3]}}
)");
  EXPECT_EQ(workflow.groups.size(), 1U);
  EXPECT_EQ(names_of(workflow), (Names{"lead", "worker-1", "worker-2", "worker-3"}));
}

TEST(Matrix, CountsAgainstTheLimitOfTasks) {
  Config config;
  config.limits.tasks = 5;
  LoadOptions options = test_options();
  options.config = &config;
  EXPECT_EQ(codes_of(job("  matrix: {a: [1, 2, 3], b: [1, 2]}\n"), options), "SN307");
  EXPECT_EQ(codes_of(job("  matrix: {a: [1, 2], b: [1, 2]}\n- {name: b, verb: eval, config: c}\n"), options), "");
  EXPECT_EQ(codes_of(job("  matrix: {a: [1, 2, 3], b: [1, 2], exclude: [{a: 1}]}\n"), options), "SN307");
}

}  // namespace
}  // namespace sennit::spec
