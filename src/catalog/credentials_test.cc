#include "catalog/credentials.h"

#include <gtest/gtest.h>

#include "store/memory_credentials.h"

namespace sennit::catalog {
namespace {

using Type = CredentialType;

class CredentialsTest : public testing::Test {
 protected:
  void set(const std::string& name, Type type, CredentialPayload payload) {
    const auto done = credentials_.set(name, type, std::move(payload), now_);
    ASSERT_TRUE(done.ok()) << done.error().message();
  }

  Instant now_ = Instant::from_unix_us(1'700'000'000'000'000);
  store::CredentialRows rows_;
  store::MemoryCredentials store_{rows_};
  Credentials credentials_{store_, "ada"};
};

TEST_F(CredentialsTest, ATaskGetsTheKeysThatItUses) {
  set("hub", Type::kGeneric, {{"token", "t"}, {"user", "u"}, {"other", "o"}});
  set("wandb", Type::kGeneric, {{"key", "k"}});
  const CredentialUse variables{"hub", "", {{"HUB", "token"}, {"NAME", "user"}}};
  const CredentialUse files{"wandb", "/creds", {}};
  EXPECT_EQ(credentials_.values_for({variables, files}).value(),
            (CredentialValues{{"hub", {Type::kGeneric, {{"token", "t"}, {"user", "u"}}}},
                              {"wandb", {Type::kGeneric, {{"key", "k"}}}}}));
}

TEST_F(CredentialsTest, WhatIsMissingIsNamedWithAWayOut) {
  const auto none = credentials_.values_for({{"hub", "/d", {}}});
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(none.error().message(),
            "there is no credential 'hub'; none is stored yet; `sennit credential set hub --payload-env KEY=VARIABLE` "
            "makes it");
  set("hub", Type::kGeneric, {{"token", "t"}});
  const auto other = credentials_.values_for({{"hubb", "", {{"T", "token"}}}, {"hub", "", {{"T", "tokn"}}}});
  ASSERT_FALSE(other.ok());
  EXPECT_NE(other.error().message().find("there is no credential 'hubb'; did you mean 'hub'?"), std::string::npos);
  EXPECT_NE(other.error().message().find("'hub' has no key 'tokn'; did you mean 'token'?"), std::string::npos);
}

TEST_F(CredentialsTest, KnownIsAPictureOfThisMoment) {
  set("a", Type::kGeneric, {{"x", "1"}, {"y", "2"}});
  const auto before = credentials_.known().value();
  set("b", Type::kGeneric, {{"z", "3"}});
  EXPECT_EQ(*before, (CredentialKeys{{"a", {"x", "y"}}}));
  ASSERT_TRUE(credentials_.remove("a").ok());
  EXPECT_EQ(*credentials_.known().value(), (CredentialKeys{{"b", {"z"}}}));
}

TEST_F(CredentialsTest, RemovingWhatIsNotThereSaysWhatWasMeant) {
  set("hub-token", Type::kGeneric, {{"x", "1"}});
  const auto removed = credentials_.remove("hub-tokn");
  ASSERT_FALSE(removed.ok());
  EXPECT_EQ(removed.error().message(), "there is no credential 'hub-tokn'; did you mean 'hub-token'?");
}

TEST_F(CredentialsTest, TheStoragesThatATaskNamesAreOpened) {
  set("s3", Type::kData, {{"access_key_id", "i"}, {"access_key", "k"}, {"endpoint", "s3://bucket-flow-7"}});
  set("azure", Type::kData, {{"access_key_id", "i"}, {"access_key", "l"}, {"endpoint", "azure://account"}});
  set("unused", Type::kData, {{"access_key_id", "i"}, {"access_key", "m"}, {"endpoint", "s3://unused"}});
  TaskBody body;
  body.inputs.push_back({.kind = InputSpec::Kind::kUrl, .source = "azure://account/container/x"});
  body.inputs.push_back({.kind = InputSpec::Kind::kTask, .source = "s3://unused"});
  body.outputs.push_back({.kind = OutputSpec::Kind::kUrl, .target = "s3://bucket-{{workflow_id}}/out"});
  body.outputs.push_back({.kind = OutputSpec::Kind::kUrl, .target = "file:///data"});
  body.checkpoints.push_back({.path = "ck", .url = "gs://nobody/x", .frequency_us = 1});
  const StorageKeys keys = credentials_.keys_for(body, "flow-7").value();
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys.at("s3://bucket-flow-7").at("access_key"), "k");
  EXPECT_EQ(keys.at("azure://account").at("access_key"), "l");
}

TEST_F(CredentialsTest, StorageAndImagesFindTheirs) {
  const CredentialPayload data = {{"access_key_id", "i"}, {"access_key", "k"}, {"endpoint", "s3://bucket/"}};
  set("s3", Type::kData, data);
  set("all", Type::kRegistry, {{"auth", "a"}, {"registry", "nvcr.io"}});
  set("team", Type::kRegistry, {{"auth", "b"}, {"registry", "nvcr.io/team"}});
  set("hub", Type::kRegistry, {{"auth", "c"}});
  EXPECT_EQ(credentials_.for_storage("s3://bucket").value()->name, "s3");
  EXPECT_EQ(credentials_.for_storage("s3://other").value(), std::nullopt);
  const auto names = [this](const char* image) {
    std::vector<std::string> found;
    for (const Credential& one : credentials_.for_image(*spec::parse_image(image)).value()) found.push_back(one.name);
    return found;
  };
  EXPECT_EQ(names("nvcr.io/team/x:1"), (std::vector<std::string>{"team", "all"}));
  EXPECT_EQ(names("nvcr.io/teams/x"), (std::vector<std::string>{"all"}));
  EXPECT_EQ(names("alpine"), (std::vector<std::string>{"hub"}));
}

}  // namespace
}  // namespace sennit::catalog
