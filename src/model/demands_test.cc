#include "model/demands.h"

#include <gtest/gtest.h>

namespace sennit {
namespace {

TEST(Demands, APlainTaskHasNone) {
  TaskBody body;
  body.command = {"true"};
  body.inputs = {{.kind = InputSpec::Kind::kTask, .source = "make"}};
  EXPECT_TRUE(demands_of(body).none());
}

TEST(Demands, EachIsFoundAndNamed) {
  TaskBody body;
  body.files = {{"/etc/motd", ""}};
  body.volume_mounts = {"/a:/b"};
  body.credentials = {{"token", "/creds", {}}};
  body.outputs = {{OutputSpec::Kind::kUrl, "s3://b/out", "", ""}, {OutputSpec::Kind::kDataset, "scores", "", ""}};
  body.checkpoints = {{"/ck", "s3://b/ck", 1, ""}};
  body.inputs = {{.kind = InputSpec::Kind::kUrl, .source = "s3://b/in"},
                 {.kind = InputSpec::Kind::kDataset, .source = "digits"},
                 {.kind = InputSpec::Kind::kTask, .source = "make", .regex = ".*"}};
  body.args = {"cat", "/osmo/data/input/0/x"};
  body.image = "alpine";
  const DemandSet demands = demands_of(body);
  EXPECT_TRUE(demands.all());
  std::string all;
  for (unsigned i = 0; i < kDemandCount; ++i) {
    all += refusal_of(static_cast<Demand>(i), Place::kProcess, body) + "\n";
  }
  for (const char* name : {"/etc/motd", "/a:/b", "token", "args with the path /osmo/data: "}) {
    EXPECT_NE(all.find(name), std::string::npos) << name;
  }
  // What is fetched and sent is for every task.
  for (const char* data : {"s3://", "digits", "scores"}) EXPECT_EQ(all.find(data), std::string::npos) << all;
}

TEST(Demands, SendingToUrlsIsForEveryTask) {
  TaskBody body;
  body.outputs = {{OutputSpec::Kind::kUrl, "s3://b/out", "", ""}};
  EXPECT_TRUE(demands_of(body).none());
}

TEST(Demands, CredentialsInVariablesAreForEveryTask) {
  TaskBody body;
  body.credentials = {{"hub", "", {{"TOKEN", "token"}}}};
  EXPECT_TRUE(demands_of(body).none());
  body.credentials.push_back({"wandb", "/creds", {}});
  ASSERT_EQ(demands_of(body).count(), 1U);
  const std::string refusal = refusal_of(Demand::kCredentials, Place::kProcess, body);
  EXPECT_TRUE(refusal.starts_with("the credential wandb as files in /creds: ")) << refusal;
  EXPECT_EQ(refusal_of(Demand::kCredentials, Place::kSandbox, body), "");
  EXPECT_EQ(place_of(Runtime::kAuto, demands_of(body)), Place::kSandbox);
}

TEST(Demands, TheSandboxHasWhatAProcessHasNot) {
  TaskBody body;
  body.files = {{"/etc/motd", ""}};
  body.volume_mounts = {"/a:/b"};
  body.environment = {{"DATA", "/osmo/data/output"}};
  for (const Demand demand : {Demand::kFiles, Demand::kVolumeMounts, Demand::kPaths}) {
    const std::string refusal = refusal_of(demand, Place::kProcess, body);
    EXPECT_NE(refusal.find("--runtime sandbox"), std::string::npos) << refusal;
    EXPECT_NE(refusal.find("--runtime container"), std::string::npos) << refusal;
    EXPECT_EQ(refusal_of(demand, Place::kSandbox, body), "");
  }
  body.image = "alpine";
  EXPECT_EQ(refusal_of(Demand::kImage, Place::kProcess, body), "");
}

TEST(Demands, AutoGivesASandboxToWhoNeedsOne) {
  TaskBody plain;
  plain.command = {"echo", "{{output}}"};
  plain.image = "alpine";
  TaskBody names;
  names.workdir = "/osmo/data/output";
  struct Case {
    Runtime wish;
    const TaskBody& body;
    Place want;
  };
  const Case cases[] = {{Runtime::kAuto, plain, Place::kProcess},
                        {Runtime::kAuto, names, Place::kSandbox},
                        {Runtime::kProcess, names, Place::kProcess},
                        {Runtime::kSandbox, plain, Place::kSandbox},
                        {Runtime::kContainer, plain, Place::kContainer}};
  for (const Case& c : cases) EXPECT_EQ(place_of(c.wish, demands_of(c.body)), c.want) << to_string(c.wish);
}

TEST(Demands, AnEngineTakesWhoHasAnImage) {
  TaskBody body;
  body.workdir = "/osmo/data/output";
  EXPECT_EQ(place_of(Runtime::kAuto, demands_of(body), Containers::kThere), Place::kSandbox);
  body.image = "alpine";
  EXPECT_EQ(place_of(Runtime::kAuto, demands_of(body), Containers::kThere), Place::kContainer);
  EXPECT_EQ(place_of(Runtime::kProcess, demands_of(body), Containers::kThere), Place::kProcess);
  EXPECT_FALSE(is_contained(Runtime::kAuto, true, Containers::kNone));
  EXPECT_TRUE(is_contained(Runtime::kContainer, false, Containers::kNone));
}

TEST(Demands, RuntimesAreWords) {
  for (const Runtime runtime : {Runtime::kAuto, Runtime::kProcess, Runtime::kSandbox, Runtime::kContainer}) {
    EXPECT_EQ(parse_runtime(to_string(runtime)), runtime);
  }
  EXPECT_EQ(parse_runtime("docker"), std::nullopt);
}

TEST(Demands, AUrlsRegexIsPartOfTheUrl) {
  TaskBody body;
  body.inputs = {{.kind = InputSpec::Kind::kUrl, .source = "s3://b/in", .regex = ".*"}};
  EXPECT_EQ(demands_of(body).count(), 1U);
}

}  // namespace
}  // namespace sennit
