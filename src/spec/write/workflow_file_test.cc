// Whole files: golden pairs, and the promise for the examples and for what the command line says.
#include "spec/write/workflow_file.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "spec/load_fixture.h"
#include "spec/write/stable_fixture.h"

namespace sennit::spec {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

fs::path here() { return fs::absolute(fs::path(__FILE__)).parent_path(); }

class Everything final : public FileAccess {
 public:
  bool exists(std::string_view /*path*/) const override { return true; }
  Result<std::string> read(std::string_view /*path*/, std::uint64_t /*max*/) const override { return std::string("x"); }
};

// SENNIT_UPDATE_GOLDEN=1 writes the .out.yaml files instead.
TEST(WorkflowFile, GoldenFilesRenderAsTheyDid) {
  const Everything files;
  std::size_t count = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(here() / "golden")) {
    const std::string name = entry.path().filename();
    if (!name.ends_with(".in.yaml")) continue;
    SCOPED_TRACE(name);
    LoadOptions options = test_options();
    options.files = &files;
    const std::string written = expect_stable(read_file(entry.path()), options);
    const fs::path golden = here() / "golden" / (name.substr(0, name.size() - 8) + ".out.yaml");
    if (std::getenv("SENNIT_UPDATE_GOLDEN") != nullptr) std::ofstream(golden) << written;
    EXPECT_EQ(written, read_file(golden));
    ++count;
  }
  EXPECT_GT(count, 3U);
}

TEST(WorkflowFile, ExamplesKeepTheirMeaning) {
  const Everything files;
  std::size_t count = 0;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(here() / "../../../examples")) {
    if (entry.path().extension() != ".yaml" || entry.path().string().find("/.sennit/") != std::string::npos) continue;
    const std::string text = read_file(entry.path());
    if (("\n" + text).find("\nworkflow:") == std::string::npos && ("\n" + text).find("\njobs:") == std::string::npos)
      continue;
    SCOPED_TRACE(entry.path().string());
    LoadOptions options = test_options();
    options.files = &files;
    options.variable = [](std::string_view) { return "/home/ada"; };
    expect_stable(text, options);
    ++count;
  }
  EXPECT_GT(count, 6U);
}

constexpr std::string_view kJobs =
    "name: j\nenv: {CUDA_VISIBLE_DEVICES: \"0,1\"}\njobs:\n"
    "- {name: a, verb: train, config: c}\n- {name: b, verb: train, config: c, resources: {gpu: auto}}\n";

TEST(WorkflowFile, WhatTheCommandLineSaysIsInTheFile) {
  LoadOptions options = test_options();
  options.gpus = GpuSet::from_bits(0b100);
  options.max_parallel = 3;
  options.set_envs = {"A=${B}", "LAST=x"};
  options.notes = Notes::kWords;
  const Loaded first = load(kJobs, options);
  ASSERT_TRUE(first.ok()) << diagnostics_of(first);
  const std::string written = write_workflow_file(*first.workflow, *first.notes).value();
  const Loaded second = load(written, test_options());
  ASSERT_TRUE(second.ok()) << diagnostics_of(second) << written;
  EXPECT_TRUE(encode(*first.workflow) == encode(*second.workflow)) << written;
}

TEST(WorkflowFile, EmptyDeviceListLiftsTheVariable) {
  const std::string written = expect_stable(
      "name: j\nresources: {gpus: []}\nenv: {CUDA_VISIBLE_DEVICES: \"0,1\"}\njobs:\n"
      "- {name: a, verb: train, config: c}\n",
      test_options());
  EXPECT_NE(written.find("gpus: []"), std::string::npos) << written;
}

TEST(WorkflowFile, HiddenDevicesStayHidden) {
  expect_stable("name: j\nenv: {CUDA_VISIBLE_DEVICES: \"\"}\njobs:\n- {name: a, verb: train, config: c}\n",
                test_options());
  expect_stable(
      "name: j\nresources: {gpus: [0]}\njobs:\n"
      "- {name: a, verb: train, config: c, env: {CUDA_VISIBLE_DEVICES: \"-1\"}}\n",
      test_options());
}

TEST(WorkflowFile, PoolIsWrittenIntoTheFile) {
  Config config;
  PoolConfig& pool = config.pools["local"];
  pool.default_platform = "std";
  pool.default_exec_timeout = std::chrono::hours(3);
  pool.max_queue_timeout = std::chrono::minutes(5);
  LoadOptions options = test_options();
  options.config = &config;
  EXPECT_EQ(expect_stable(tasks_file("  - {name: a, image: b, command: [c]}\n"), options),
            "workflow:\n"
            "  name: wf\n"
            "  timeout:\n"
            "    exec_timeout: 3h\n"
            "    queue_timeout: 5m\n"
            "  resources:\n"
            "    default:\n"
            "      platform: std\n"
            "  tasks:\n"
            "  - name: a\n"
            "    image: b\n"
            "    command: [c]\n");
}

}  // namespace
}  // namespace sennit::spec
