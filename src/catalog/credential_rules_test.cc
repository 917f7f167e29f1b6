#include "catalog/credential_rules.h"

#include <gtest/gtest.h>

namespace sennit::catalog {
namespace {

using Type = CredentialType;

CredentialPayload data(std::string endpoint, CredentialPayload more = {}) {
  more.insert({{"access_key_id", "id"}, {"access_key", "very-secret-key"}, {"endpoint", std::move(endpoint)}});
  return more;
}

TEST(CredentialRules, ProfilesByType) {
  struct Case {
    Type type;
    CredentialPayload payload;
    std::string profile;
  };
  const Case cases[] = {
      {Type::kGeneric, {{"token", "x"}}, ""},
      {Type::kGeneric, {{"a.b-c_d", ""}}, ""},
      {Type::kRegistry, {{"auth", "x"}}, "registry-1.docker.io"},
      {Type::kRegistry, {{"auth", "x"}, {"registry", "nvcr.io:443/team/"}, {"username", "u"}}, "nvcr.io/team"},
      {Type::kData, data("s3://bucket/"), "s3://bucket"},
      {Type::kData, data("gs://bucket", {{"region", "eu"}, {"override_url", "http://h:1"}}), "gs://bucket"},
      {Type::kData, data("azure://account", {{"addressing_style", "path"}}), "azure://account"},
      {Type::kData, data("swift://host/AUTH_a"), "swift://host/AUTH_a"},
      {Type::kData, data("tos://host/bucket"), "tos://host/bucket"},
  };
  for (const Case& c : cases) {
    const auto credential = checked("c", c.type, c.payload);
    ASSERT_TRUE(credential.ok()) << credential.error().message();
    EXPECT_EQ(credential->profile, c.profile);
    EXPECT_EQ(credential->payload, c.payload);
  }
}

TEST(CredentialRules, WhatIsRefusedIsNamedAndValuesAreNot) {
  struct Case {
    Type type;
    CredentialPayload payload;
    std::string says;
  };
  const std::string secret = "very-secret-key";
  const Case cases[] = {
      {Type::kGeneric, {}, "at least one key"},
      {Type::kGeneric, {{"a/b", secret}}, "'a/b' cannot be a key"},
      {Type::kGeneric, {{"..", secret}}, "'..' cannot be a key"},
      {Type::kGeneric, {{"k", secret + std::string(1'000'000, 'x')}}, "1000015 bytes; 65536 at most"},
      {Type::kGeneric, {{"k", secret + std::string(1, '\0')}}, "NUL byte"},
      {Type::kGeneric, {{"k", secret + "\xff"}}, "not UTF-8"},
      {Type::kRegistry, {{"password", secret}}, "no key 'password'"},
      {Type::kRegistry, {{"auth", ""}}, "needs a value for 'auth'"},
      {Type::kRegistry, {{"auth", secret}, {"registry", "https://nvcr.io"}}, "'https://nvcr.io' is not a registry"},
      {Type::kData, {{"access_key", secret}}, "needs a value for 'access_key_id'"},
      {Type::kData, data("s3://b", {{"acces_key", secret}}), "did you mean 'access_key'?"},
      {Type::kData, data("s3://bucket/prefix"), "write s3://bucket"},
      {Type::kData, data("azure://account/container"), "write azure://account"},
      {Type::kData, data("file:///tmp"), "is no storage"},
      {Type::kData, data("s3://b", {{"override_url", "h:1"}}), "override_url 'h:1'"},
      {Type::kData, data("s3://b", {{"addressing_style", "Path"}}), "virtual, path, auto"},
  };
  for (const Case& c : cases) {
    const auto credential = checked("c", c.type, c.payload);
    ASSERT_FALSE(credential.ok()) << c.says;
    EXPECT_EQ(credential.error().code(), ErrorCode::kInvalid);
    EXPECT_NE(credential.error().message().find(c.says), std::string::npos) << credential.error().message();
    EXPECT_EQ(credential.error().message().find(secret), std::string::npos) << credential.error().message();
  }
}

TEST(CredentialRules, AllOfItIsBounded) {
  CredentialPayload many;
  for (std::size_t i = 0; i <= kMaxKeys; ++i) many["k" + std::to_string(i)] = "v";
  EXPECT_FALSE(checked("c", Type::kGeneric, many).ok());
  CredentialPayload large;
  for (int i = 0; i < 4; ++i) large["k" + std::to_string(i)] = std::string(kMaxValueBytes, 'x');
  const auto refused = checked("c", Type::kGeneric, large);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message().find("262144 at most"), std::string::npos) << refused.error().message();
}

TEST(CredentialRules, Names) {
  for (const char* name : {"a", "hf-token", "A_1", "x9"}) {
    EXPECT_TRUE(checked(name, Type::kGeneric, {{"k", "v"}}).ok()) << name;
  }
  for (const char* name : {"", "1a", "-a", "a-", "a_", "a b", "a/b", "{{workflow_id}}", "caf\u00e9"}) {
    EXPECT_FALSE(checked(name, Type::kGeneric, {{"k", "v"}}).ok()) << name;
  }
}

}  // namespace
}  // namespace sennit::catalog
