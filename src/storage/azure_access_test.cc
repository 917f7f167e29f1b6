#include "storage/azure_access.h"

#include <gtest/gtest.h>

namespace sennit::storage {
namespace {

TEST(AzureAccess, ConnectionStrings) {
  const AzureConnection azure =
      parse_azure_connection(
          "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=a2V5PQ==;EndpointSuffix=core.windows.net")
          .value();
  EXPECT_EQ(azure.account, "a");
  EXPECT_EQ(azure.key, "a2V5PQ==");
  EXPECT_EQ(azure.endpoint, "");
  EXPECT_EQ(parse_azure_connection("AccountName=a;AccountKey=k;EndpointSuffix=core.chinacloudapi.cn")->endpoint,
            "https://a.blob.core.chinacloudapi.cn");
  EXPECT_FALSE(parse_azure_connection("AccountName=a"));
  EXPECT_FALSE(is_azure_connection("c2VjcmV0"));
}

// The signature was made with Python's hmac from the same text.
TEST(AzureAccess, SignedAddress) {
  const Result<std::string> url = signed_azure_url({.account = "a", .key = "a2V5", .endpoint = "http://here:1/a/"},
                                                   Instant::from_unix_us(1'800'000'000'000'000));
  ASSERT_TRUE(url);
  EXPECT_EQ(
      *url,
      "http://here:1/a?sv=2020-08-04&ss=b&srt=sco&sp=rwdlacup&st=2027-01-15T07%3A45%3A00Z&se=2027-01-16T08%3A00%3A00Z"
      "&spr=https,http&sig=TeglOLDpZfOjDiCogdsMtNnttV7yd8ZtUz0WMD6AHaY%3D");
  EXPECT_FALSE(signed_azure_url({.account = "a", .key = "", .endpoint = "http://h"}, Instant()));
}

TEST(AzureAccess, SignatureOfSomebodyElse) {
  const AzureConnection azure{.account = "a", .key = {}, .endpoint = {}};
  const Instant now = Instant::from_unix_us(1'800'000'000'000'000);  // 2027-01-15T08:00:00Z
  EXPECT_TRUE(is_azure_signature("?sv=1&se=2028-01-01&sig=x"));
  EXPECT_FALSE(is_azure_signature("AccountName=a;AccountKey=sig="));
  EXPECT_FALSE(is_azure_signature("a2V5"));
  EXPECT_EQ(*url_signed_by("?sv=1&se=2028-01-01&sig=x", azure, now),
            "https://a.blob.core.windows.net?sv=1&se=2028-01-01&sig=x");
  EXPECT_TRUE(url_signed_by("se=2027-01-15T08%3A00%3A01Z&sig=x", azure, now));
  for (const char* late :
       {"se=2027-01-15T07%3A59%3A59Z&sig=x", "sv=1&se=2027-01-14&sig=x", "sig=x&se=2026-01-01T00:00:00Z"}) {
    const Result<std::string> url = url_signed_by(late, azure, now);
    ASSERT_FALSE(url) << late;
    EXPECT_NE(url.error().message().find("has expired at 202"), std::string::npos);
    EXPECT_EQ(url.error().message().find("sig="), std::string::npos);
  }
}

}  // namespace
}  // namespace sennit::storage
