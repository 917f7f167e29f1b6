// Tasks files are compared with recorded models by tests/conformance; here is what only jobs files have.
#include "cli/render/workflow_json.h"

#include <gtest/gtest.h>

#include "spec/load.h"

namespace sennit::cli {
namespace {

TEST(WorkflowJson, JobsFileHasItsOwnFieldsBeside) {
  spec::LoadOptions options;
  options.notes = spec::Notes::kWords;
  const spec::Loaded loaded = spec::load(
      "name: f\n"
      "output_dir: out\n"
      "timeout: 60\n"
      "resources: {gpus: [0, 1], max_parallel: 2}\n"
      "jobs:\n"
      "- {name: a, verb: train, config: c, resources: {gpus: [0, 1], memory: 2048Mi}, max_retries: 1, timeout: 1.5}\n",
      options);
  ASSERT_TRUE(loaded.ok()) << spec::render(loaded.diagnostics, spec::Color::kOff);
  EXPECT_EQ(
      workflow_json(*loaded.workflow, *loaded.notes).value(),
      R"({"name":"f","description":null,"outputDir":"out","workflowTimeout":60,"maxParallel":2,"gpus":[0,1],)"
      R"("labels":{},"timeout":{"exec":null,"queue":null},"effectiveTimeout":{"exec":null,"queue":null},)"
      R"("groups":[{"name":"a-group","barrier":true,"ignoreNonleadStatus":true,"upstream":[],"tasks":[)"
      R"({"name":"a","lead":true,"verb":"train","config":"c","workdir":null,"maxRetries":1,"retryDelay":60,)"
      R"("retryBackoff":1,"retryMaxDelay":null,"timeout":1.5,"image":"","command":["oumi","train"],"args":["--config","c"],"environment":{},)"
      R"("inputs":[],"outputs":[],"files":[],"exitActions":{},"checkpoint":[],"kpis":[],"credentials":{},)"
      R"("volumeMounts":[],"privileged":false,"hostNetwork":false,"downloadType":null,"cacheSize":null,)"
      R"("resource":{"cpu":null,"gpu":null,"gpuDevices":[0,1],"memory":"2Gi","storage":null,)"
      R"("platform":null,"nodesExcluded":[],"topology":[]}}]}]})");
}

}  // namespace
}  // namespace sennit::cli
