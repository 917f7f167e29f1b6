#include "launch/container_tokens.h"

#include <gtest/gtest.h>

#include "launch/body_tokens.h"
#include "launch/input_reference.h"

namespace sennit::launch {
namespace {

std::vector<InputSpec> some_inputs() {
  return {{.kind = InputSpec::Kind::kTask, .source = "make"},
          {.kind = InputSpec::Kind::kUrl, .source = "s3://b/in"},
          {.kind = InputSpec::Kind::kTask, .source = "old-12:fit", .from_other = true}};
}

TEST(InputReference, IsAnIndexOrATask) {
  const std::vector<InputSpec> inputs = some_inputs();
  using Index = std::optional<std::size_t>;
  EXPECT_EQ(find_input(inputs, "0"), Index(0));
  EXPECT_EQ(find_input(inputs, "2"), Index(2));
  EXPECT_EQ(find_input(inputs, "3"), Index());
  EXPECT_EQ(find_input(inputs, "00"), Index());
  EXPECT_EQ(find_input(inputs, "-1"), Index());
  EXPECT_EQ(find_input(inputs, ""), Index());
  EXPECT_EQ(find_input(inputs, "make"), Index(0));
  EXPECT_EQ(find_input(inputs, "fit"), Index(2));
  EXPECT_EQ(find_input(inputs, "Make"), Index());
  EXPECT_EQ(find_input(inputs, "s3://b/in"), Index());
}

TEST(ContainerTokens, AreThePathsOfAContainer) {
  const std::vector<InputSpec> inputs = some_inputs();
  const ContainerTokens::Hosts hosts = {{"head", "head.example"}};
  const ContainerTokens tokens("flow-1", inputs, hosts);
  const auto replaced = [&](std::string_view text) { return *replace_tokens(text, tokens); };
  EXPECT_EQ(replaced("{{workflow_id}}"), "flow-1");
  EXPECT_EQ(replaced("{{ output }}/x {{input}}"), "/osmo/data/output/x /osmo/data/input");
  EXPECT_EQ(replaced("{{input:1}} {{input:fit}} {{input:9}}"), "/osmo/data/input/1 /osmo/data/input/2 {{input:9}}");
  EXPECT_EQ(replaced("{{host:head}} {{host:tail}} {{uuid}}"), "head.example {{host:tail}} {{uuid}}");
}

TokenValue named(std::string id) {
  return [id](std::string_view token) -> Result<std::optional<std::string>> {
    if (token == "workflow_id") return std::optional<std::string>(id);
    if (token == "broken") return Error(ErrorCode::kIo, "no such thing");
    return std::optional<std::string>();
  };
}

TEST(BodyTokens, ReplacedInEveryTextAndKey) {
  TaskBody body;
  const std::string token = "{{workflow_id}}";
  body.image = "app:" + token;
  body.command = {token};
  body.args = {"a", token};
  body.environment = {{"V_" + token, token}};
  body.files = {{.path = "/" + token, .contents = token}, {.path = "/raw", .contents = token, .raw = true}};
  body.inputs = {{.kind = InputSpec::Kind::kUrl, .source = "s3://b/" + token, .regex = token}};
  body.outputs = {{.target = "s3://b/" + token, .path = token, .regex = token}};
  body.checkpoints = {{token, "s3://b/" + token, 1, token}};
  body.credentials = {{token, "/" + token, {}}, {"c", "", {{token, token}}}};
  body.kpis = {{token, token}};
  body.volume_mounts = {"/a:/" + token};
  const Result<TaskBody> replaced = replace_tokens(body, named("wf-7"));
  ASSERT_TRUE(replaced) << replaced.error().message();
  std::string bytes;
  encode(*replaced, bytes);
  const std::size_t at = bytes.find(token);
  EXPECT_EQ(replaced->files[1].contents, token) << "bytes are left alone";
  EXPECT_EQ(bytes.find(token, at + 1), std::string::npos) << "and nothing else";
  EXPECT_EQ(replaced->files[0].path, "/wf-7");
  EXPECT_EQ(replaced->credentials[1].env[0].first, "wf-7");
}

TEST(BodyTokens, FilesThatMeetAreRefused) {
  TaskBody body;
  body.files = {{"/x/{{workflow_id}}", "a"}, {"/x/wf-7", "b"}};
  EXPECT_EQ(replace_tokens(body, named("wf-7")).error().message(), "two files of the task have the path '/x/wf-7'");
  EXPECT_TRUE(replace_tokens(body, named("wf-8")));
}

TEST(BodyTokens, TheFirstFailureCounts) {
  TaskBody body;
  body.args = {"{{broken}}", "{{workflow_id}}"};
  EXPECT_EQ(replace_tokens(body, named("wf-7")).error().message(), "no such thing");
}

}  // namespace
}  // namespace sennit::launch
