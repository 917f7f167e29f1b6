// Each bound on a file, at the bound and one beyond it.
#include <fmt/format.h>

#include "spec/load_fixture.h"

namespace sennit::spec {
namespace {

constexpr std::string_view kTask = "  - {name: a, image: x, command: [run]}\n";

std::string codes_with(const Limits& limits, std::string_view text) {
  Config config;
  config.limits = limits;
  LoadOptions options = test_options();
  options.config = &config;
  return codes_of(text, options);
}

TEST(Limits, FileSize) {
  const std::string text = tasks_file(kTask);
  Limits limits;
  limits.file_bytes = text.size();
  EXPECT_EQ(codes_with(limits, text), "");
  limits.file_bytes = text.size() - 1;
  EXPECT_EQ(codes_with(limits, text), "SN103");
}

TEST(Limits, Depth) {
  // workflow, tasks, task, command
  Limits limits;
  limits.depth = 5;
  EXPECT_EQ(codes_with(limits, tasks_file(kTask)), "");
  limits.depth = 4;
  EXPECT_EQ(codes_with(limits, tasks_file(kTask)), "SN104");
}

TEST(Limits, DepthStopsAHugeNest) {
  EXPECT_EQ(codes_of(tasks_file("  - name: a\n    command: " + std::string(1'000'000, '['))), "SN104");
}

TEST(Limits, Aliases) {
  const std::string text = tasks_file("  - {name: a, image: x, command: &c [run, b], args: *c}\n");
  Limits limits;
  limits.alias_nodes = 3;
  EXPECT_EQ(codes_with(limits, text), "");
  limits.alias_nodes = 2;
  EXPECT_EQ(codes_with(limits, text), "SN105");
}

TEST(Limits, AliasesThatMultiply) {
  std::string text = "jobs:\n- a: &a0 [x, x]\n";
  for (int i = 1; i < 60; ++i) text += fmt::format("- a: &a{} [*a{}, *a{}]\n", i, i - 1, i - 1);
  const Loaded loaded = load(text, test_options());
  EXPECT_NE(diagnostics_of(loaded).find("SN105"), std::string::npos);
}

TEST(Limits, ScalarSize) {
  Limits limits;
  limits.scalar_bytes = 100;
  const auto text = [](std::size_t size) {
    return tasks_file("  - {name: a, image: x, command: [" + std::string(size, 'y') + "]}\n");
  };
  EXPECT_EQ(codes_with(limits, text(100)), "");
  EXPECT_EQ(codes_with(limits, text(101)), "SN106");
}

TEST(Limits, Tasks) {
  Limits limits;
  limits.tasks = 2;
  std::string text = tasks_file(std::string(kTask) + "  - {name: b, image: x, command: [run]}\n");
  EXPECT_EQ(codes_with(limits, text), "");
  text += "  - {name: c, image: x, command: [run]}\n  - {name: c, image: x, command: [run]}\n";
  EXPECT_EQ(codes_with(limits, text), "SN307");
}

TEST(Limits, TaskSize) {
  const auto text = [](std::size_t size) {
    return tasks_file("  - {name: a, image: x, command: [run, " + std::string(size, 'y') + "]}\n");
  };
  const Workflow workflow = load_good(text(100));
  Limits limits;
  limits.task_bytes = workflow.body_bytes(TaskIndex(0)).size();
  EXPECT_EQ(codes_with(limits, text(100)), "");
  EXPECT_EQ(codes_with(limits, text(101)), "SN311");
}

TEST(Limits, TaskSizeIsFarBelowAFrame) {
  std::string args;
  for (int i = 0; i < 2; ++i) args += std::string(9 << 20, 'y') + ", ";
  EXPECT_EQ(codes_of(tasks_file("  - {name: a, image: x, command: [run], args: [" + args + "]}\n")), "SN311");
}

TEST(Limits, QuantitiesAndCounts) {
  const auto codes = [](std::string_view resource) {
    return codes_of(tasks_file("  - {name: a, image: x, command: [run]}\n") + "  resources: {default: {" +
                    std::string(resource) + "}}\n");
  };
  EXPECT_EQ(codes("memory: 1048576Ti, cpu: 1000000, gpu: 1000000"), "");
  EXPECT_EQ(codes("memory: 1048577Ti"), "SN207");
  EXPECT_EQ(codes("storage: 99999999999999999999Ti"), "SN207");
  EXPECT_EQ(codes("cpu: 1000001, gpu: 1000001"), "SN207 SN207");
}

TEST(Limits, NameLengths) {
  const auto group = [](std::size_t size) {
    return fmt::format(
        "workflow:\n  name: {0}\n  groups:\n  - name: {1}\n    tasks: [{{name: {2}, image: x, command: [r]}}]\n",
        std::string(size, 'w'), std::string(size, 'g'), std::string(size, 't'));
  };
  EXPECT_EQ(codes_of(group(64)), "");
  EXPECT_EQ(codes_of(group(65)), "SN302 SN302 SN302");
  const auto task = [](std::size_t size) {
    return tasks_file(fmt::format("  - {{name: {}, image: x, command: [r]}}\n", std::string(size, 't')));
  };
  EXPECT_EQ(codes_of(task(58)), "");  // its group is called <task>-group
  EXPECT_EQ(codes_of(task(59)), "SN302");
}

TEST(Limits, JobNameLength) {
  const auto text = [](std::size_t size) {
    return fmt::format("name: w\njobs:\n- {{name: {}, verb: train, config: c}}\n", std::string(size, 'j'));
  };
  EXPECT_EQ(codes_of(text(200)), "");
  EXPECT_EQ(codes_of(text(201)), "SN302");
}

TEST(Limits, Labels) {
  const auto text = [](int count) {
    std::string labels;
    for (int i = 0; i < count; ++i) labels += fmt::format("k{}: v, ", i);
    return "workflow:\n  name: wf\n  labels: {" + labels + "}\n  tasks:\n" + std::string(kTask);
  };
  EXPECT_EQ(codes_of(text(16)), "");
  EXPECT_EQ(codes_of(text(17)), "SN310");
}

TEST(Limits, TemplateOutputAndSteps) {
  const std::string text = tasks_file("  - {name: a, image: x, command: [\"{{ 'y' * 1000 }}\"]}\n");
  Limits limits;
  limits.template_output = 2000;
  EXPECT_EQ(codes_with(limits, text), "");
  limits.template_output = 1000;
  EXPECT_EQ(codes_with(limits, text), "SN155");
  limits.template_output = 2000;
  limits.template_steps = 1;
  EXPECT_EQ(codes_with(limits, text), "SN155");
}

TEST(Limits, DiagnosticsAreCountedBeyondTheirLimit) {
  std::string tasks;
  for (int i = 0; i < 150; ++i) tasks += fmt::format("  - {{name: t{}, imag: x, image: x, command: [run]}}\n", i);
  const Loaded loaded = load(tasks_file(tasks), test_options());
  EXPECT_EQ(loaded.diagnostics.size(), 100U);
  EXPECT_EQ(loaded.more, 50U);
}

}  // namespace
}  // namespace sennit::spec
