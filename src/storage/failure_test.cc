#include "storage/failure.h"

#include <gtest/gtest.h>

namespace sennit::storage {
namespace {

Error explained(const std::string& text, const char* url = "s3://bucket/x") {
  return explain({.exit_code = 1, .signal = 0, .text = text}, parse_location(url).value(), {"very-secret"});
}

TEST(Failure, SaysWhatToDo) {
  struct Case {
    const char* text;
    ErrorCode code;
    const char* says;
  };
  for (const Case& c :
       {Case{"SignatureDoesNotMatch: The request signature...\n\tstatus code: 403, request id: 1", ErrorCode::kInvalid,
             "keys for s3://bucket/x are wrong"},
        Case{"InvalidAccessKeyId: no", ErrorCode::kInvalid, "profile s3://bucket"},
        Case{"NoCredentialProviders: no valid providers in chain", ErrorCode::kInvalid,
             "there are no keys for s3://bucket"},
        Case{"ExpiredToken: The provided token has expired.\n\tstatus code: 400", ErrorCode::kInvalid, "have expired"},
        Case{"Forbidden: Forbidden\n\tstatus code: 403, request id: 1", ErrorCode::kInvalid, "is denied"},
        Case{"NoSuchBucket: The specified bucket does not exist.", ErrorCode::kNotFound, "there is no s3://bucket"},
        Case{"error listing: directory not found", ErrorCode::kNotFound, "there is no s3://bucket"},
        Case{"dial tcp: lookup no.such.host.invalid: no such host", ErrorCode::kNotFound, "override_url"},
        Case{"dial tcp 127.0.0.1:1: connect: connection refused", ErrorCode::kUnavailable, "does not answer"},
        Case{"open x: no space left on device", ErrorCode::kExhausted, "no space"},
        Case{"big: Failed to copy: preallocate: file too big for remaining disk space", ErrorCode::kExhausted,
             "free some"},
        Case{"x509: certificate signed by unknown authority", ErrorCode::kInvalid, "SSL_CERT_FILE"},
        Case{"AuthorizationHeaderMalformed: the region 'us-east-1' is wrong", ErrorCode::kInvalid, "`region`"},
        Case{"InternalError\n\tstatus code: 500", ErrorCode::kUnavailable, "overloaded or broken"},
        Case{"unexpected EOF", ErrorCode::kIo, "unexpected EOF"}}) {
    const Error error = explained(c.text);
    EXPECT_EQ(error.code(), c.code) << c.text;
    EXPECT_NE(error.message().find(c.says), std::string::npos) << error.message();
  }
}

TEST(Failure, WhatRcloneSaysAgainIsLeftOut) {
  EXPECT_EQ(explained("big: Failed to copy: unexpected EOF\n\tAttempt 1/1 failed with 1 errors and: unexpected EOF\n\t"
                      "2026/11/28 02:57:02 Failed to copy: unexpected EOF")
                .message(),
            "s3://bucket/x: big: Failed to copy: unexpected EOF");
  EXPECT_EQ(explained("odd: no\n\t2026/11/28 02:57:02 Failed to copy: no").message(), "s3://bucket/x: odd: no");
  EXPECT_EQ(explained("two\n\tlines").message(), "s3://bucket/x: two  lines");
}

TEST(Failure, OnlyWhatMayPassIsTriedAgain) {
  EXPECT_FALSE(is_worth_retrying(explained("SignatureDoesNotMatch")));
  EXPECT_FALSE(is_worth_retrying(explained("NoSuchBucket")));
  EXPECT_TRUE(is_worth_retrying(explained("connection refused")));
  EXPECT_TRUE(is_worth_retrying(explained("unexpected EOF")));
  EXPECT_TRUE(
      is_worth_retrying(explain({.exit_code = 0, .signal = 9, .text = {}}, parse_location("s3://b").value(), {})));
}

TEST(Failure, ShowsNoSecret) {
  const Error error = explained("Get \"https://h/?sig=very-secret\": unexpected EOF very-secret");
  EXPECT_EQ(error.message().find("very-secret"), std::string::npos);
  EXPECT_NE(error.message().find("[MASKED]"), std::string::npos);
}

TEST(Failure, AzuresConversationIsCutToItsPoint) {
  const Error error = explained(
      "error listing: -> github.com/Azure/x.go:42\n===== RESPONSE ERROR (ServiceCode=AuthorizationFailure) =====\n"
      "Description=\n, Details: \n   : \n   GET http://h/?sig=REDACTED\n   RESPONSE Status: 403 No.\n   X-Ms: 1",
      "azure://a/c");
  EXPECT_EQ(error.code(), ErrorCode::kInvalid);
  EXPECT_TRUE(error.message().ends_with("(AuthorizationFailure: 403 No.)")) << error.message();
}

TEST(Failure, IsOneLine) {
  const Error error = explained("RequestError: send request failed\ncaused by: \x1b[31m x");
  EXPECT_EQ(error.message().find('\n'), std::string::npos);
  EXPECT_EQ(error.message().find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace sennit::storage
