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
  body.outputs = {{OutputSpec::Kind::kUrl, "s3://b/out", "", ""}};
  body.checkpoints = {{"/ck", "s3://b/ck", 1, ""}};
  body.inputs = {{.kind = InputSpec::Kind::kUrl, .source = "s3://b/in"},
                 {.kind = InputSpec::Kind::kDataset, .source = "digits"},
                 {.kind = InputSpec::Kind::kTask, .source = "make", .regex = ".*"}};
  const DemandSet demands = demands_of(body);
  EXPECT_TRUE(demands.all());
  std::string all;
  for (unsigned i = 0; i < kDemandCount; ++i) all += refusal_of(static_cast<Demand>(i), body) + "\n";
  for (const char* name : {"/etc/motd", "/a:/b", "token", "s3://b/out", "s3://b/ck", "input 0, fetching s3://b/in,",
                           "input 1, the dataset digits,", "input 2: choosing files by regex"}) {
    EXPECT_NE(all.find(name), std::string::npos) << name;
  }
}

TEST(Demands, CredentialsInVariablesAreForEveryTask) {
  TaskBody body;
  body.credentials = {{"hub", "", {{"TOKEN", "token"}}}};
  EXPECT_TRUE(demands_of(body).none());
  body.credentials.push_back({"wandb", "/creds", {}});
  ASSERT_EQ(demands_of(body).count(), 1U);
  EXPECT_TRUE(refusal_of(Demand::kCredentials, body).starts_with("the credential wandb as files in /creds: "));
}

TEST(Demands, AUrlsRegexIsPartOfTheUrl) {
  TaskBody body;
  body.inputs = {{.kind = InputSpec::Kind::kUrl, .source = "s3://b/in", .regex = ".*"}};
  EXPECT_EQ(demands_of(body).count(), 1U);
}

}  // namespace
}  // namespace sennit
