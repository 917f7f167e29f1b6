#include "storage/credential.h"

#include <gtest/gtest.h>

#include <map>

namespace sennit::storage {
namespace {

using Variables = std::map<std::string, std::string, std::less<>>;

Result<CredentialFound> found(const Variables& variables, const char* url) {
  const EnvironmentCredentials source([&](std::string_view name) -> std::optional<std::string> {
    const auto at = variables.find(name);
    return at == variables.end() ? std::nullopt : std::optional(at->second);
  });
  return source.find(parse_location(url).value());
}

TEST(EnvironmentCredentials, OwnVariablesAreForAnyStorage) {
  const Variables variables{{"SENNIT_DATA_ACCESS_KEY_ID", "me"},
                            {"SENNIT_DATA_ACCESS_KEY", "secret"},
                            {"SENNIT_DATA_OVERRIDE_URL", "http://here:9000"},
                            {"AWS_ACCESS_KEY_ID", "other"},
                            {"AWS_SECRET_ACCESS_KEY", "other"}};
  for (const char* url : {"s3://b/x", "gs://b", "tos://h/b", "swift://h/a/b", "azure://a/b"}) {
    const CredentialFound credential = found(variables, url).value();
    ASSERT_TRUE(credential) << url;
    EXPECT_EQ(credential->access_key_id, "me");
    EXPECT_EQ(credential->override_url, "http://here:9000");
  }
  EXPECT_FALSE(*found(variables, "file:///tmp"));
}

TEST(EnvironmentCredentials, EndpointSaysWhichProfileTheyAreFor) {
  const Variables variables{{"SENNIT_DATA_ACCESS_KEY_ID", "me"},
                            {"SENNIT_DATA_ACCESS_KEY", "secret"},
                            {"SENNIT_DATA_ENDPOINT", "s3://mine/"}};
  EXPECT_TRUE(*found(variables, "s3://mine/x"));
  EXPECT_FALSE(*found(variables, "s3://theirs/x"));
}

TEST(EnvironmentCredentials, HalfAKeyIsAMistake) {
  const Result<CredentialFound> half = found({{"SENNIT_DATA_ACCESS_KEY_ID", "me"}}, "s3://b");
  ASSERT_FALSE(half);
  EXPECT_NE(half.error().message().find("SENNIT_DATA_ACCESS_KEY is not set"), std::string::npos);
}

TEST(EnvironmentCredentials, ThoseOfTheProvidersTools) {
  const CredentialFound aws = found({{"AWS_ACCESS_KEY_ID", "me"},
                                     {"AWS_SECRET_ACCESS_KEY", "secret"},
                                     {"AWS_SESSION_TOKEN", "token"},
                                     {"AWS_DEFAULT_REGION", "eu-1"}},
                                    "s3://b")
                                  .value();
  ASSERT_TRUE(aws);
  EXPECT_EQ(aws->session_token, "token");
  EXPECT_EQ(aws->region, "eu-1");
  EXPECT_TRUE(*found({{"AZURE_STORAGE_KEY", "a2V5"}}, "azure://a/c"));
  EXPECT_FALSE(*found({{"AZURE_STORAGE_KEY", "a2V5"}, {"AZURE_STORAGE_ACCOUNT", "other"}}, "azure://a/c"));
  EXPECT_FALSE(*found({{"AWS_ACCESS_KEY_ID", "me"}, {"AWS_SECRET_ACCESS_KEY", "secret"}}, "gs://b"));
}

}  // namespace
}  // namespace sennit::storage
