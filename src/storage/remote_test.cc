#include "storage/remote.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace sennit::storage {
namespace {

constexpr Instant kNow = Instant::from_unix_us(1'800'000'000'000'000);

const DataCredential kKey{.access_key_id = "me", .access_key = "c2VjcmV0"};

Remote remote(const char* url, const CredentialFound& credential) {
  Result<Remote> made = remote_of(parse_location(url).value(), credential, kNow);
  EXPECT_TRUE(made) << url << ": " << (made ? "" : made.error().message());
  return made ? std::move(*made) : Remote{};
}

std::string variable(const Remote& remote, const std::string& name) {
  const auto found =
      std::ranges::find(remote.variables, "RCLONE_CONFIG_SENNIT_" + name, &std::pair<std::string, std::string>::first);
  return found == remote.variables.end() ? std::string("-") : found->second;
}

TEST(Remote, EachSchemeHasItsServer) {
  struct Case {
    const char* url;
    const char* root;
    const char* type;
    const char* endpoint;
    const char* path_style;
  };
  for (const Case& c :
       {Case{"s3://b/x/y", "sennit:b/x/y", "s3", "-", "false"},
        Case{"gs://b", "sennit:b", "s3", "https://storage.googleapis.com", "true"},
        Case{"tos://tos-s3-x.volces.com/b/x", "sennit:b/x", "s3", "https://tos-s3-x.volces.com", "false"}}) {
    const Remote made = remote(c.url, kKey);
    EXPECT_EQ(made.root, c.root);
    EXPECT_EQ(variable(made, "TYPE"), c.type);
    EXPECT_EQ(variable(made, "ENDPOINT"), c.endpoint);
    EXPECT_EQ(variable(made, "FORCE_PATH_STYLE"), c.path_style);
    EXPECT_EQ(variable(made, "NO_CHECK_BUCKET"), "true");
  }
}

TEST(Remote, ServerOfOnesOwn) {
  DataCredential own = kKey;
  own.override_url = "http://127.0.0.1:9000";
  EXPECT_EQ(variable(remote("s3://b", own), "ENDPOINT"), "http://127.0.0.1:9000");
  EXPECT_EQ(variable(remote("s3://b", own), "FORCE_PATH_STYLE"), "true");
  own.addressing_style = "virtual";
  EXPECT_EQ(variable(remote("s3://b", own), "FORCE_PATH_STYLE"), "false");
  own.addressing_style = "sideways";
  EXPECT_FALSE(remote_of(parse_location("s3://b").value(), own, kNow));
}

TEST(Remote, WithoutACredentialOnlyWhatSurroundsUs) {
  const Remote ambient = remote("s3://b", std::nullopt);
  EXPECT_EQ(variable(ambient, "ENV_AUTH"), "true");
  EXPECT_EQ(ambient.ambient, Remote::Ambient::kLeft);
  EXPECT_EQ(remote("s3://b", kKey).ambient, Remote::Ambient::kTaken);
  for (const char* url : {"gs://b", "swift://h/a/c", "tos://h/b"}) {
    const Result<Remote> none = remote_of(parse_location(url).value(), std::nullopt, kNow);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code(), ErrorCode::kNotFound);
    EXPECT_NE(none.error().message().find("SENNIT_DATA_ACCESS_KEY_ID"), std::string::npos);
  }
}

TEST(Remote, Swift) {
  const Remote host = remote("swift://swift.example/AUTH_team/c/x", kKey);
  EXPECT_EQ(variable(host, "AUTH"), "https://swift.example/auth/v1.0");
  EXPECT_EQ(variable(host, "STORAGE_URL"), "https://swift.example/v1/AUTH_team");
  DataCredential own = kKey;
  own.override_url = "https://keystone:5000/v3";
  const Remote keystone = remote("swift://swift.example/AUTH_team/c/x", own);
  EXPECT_EQ(variable(keystone, "TENANT_ID"), "team");
  EXPECT_EQ(variable(keystone, "STORAGE_URL"), "-");
}

TEST(Remote, Azure) {
  const Remote azure = remote("azure://a/c/x", kKey);
  EXPECT_EQ(azure.root, "sennit:c/x");
  EXPECT_EQ(variable(azure, "ACCOUNT"), "a");
  EXPECT_EQ(variable(azure, "KEY"), "c2VjcmV0");
  DataCredential emulator = kKey;
  emulator.access_key =
      "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=c2VjcmV0;BlobEndpoint=http://here:10000/a/;";
  const Remote signed_one = remote("azure://a/c", emulator);
  EXPECT_EQ(variable(signed_one, "KEY"), "-");
  EXPECT_TRUE(variable(signed_one, "SAS_URL").starts_with("http://here:10000/a?sv="));
  emulator.access_key = "AccountName=a;AccountKey=";
  EXPECT_FALSE(remote_of(parse_location("azure://a/c").value(), emulator, kNow));
}

TEST(Remote, SecretsAreKnown) {
  for (const char* url : {"s3://b", "azure://a/c", "swift://h/a/c"}) {
    const Remote made = remote(url, kKey);
    EXPECT_TRUE(std::ranges::count(made.secrets, "c2VjcmV0")) << url;
    EXPECT_EQ(made.root.find("c2VjcmV0"), std::string::npos);
  }
}

}  // namespace
}  // namespace sennit::storage
