#include "http/message.h"

#include <gtest/gtest.h>

namespace sennit::http {
namespace {

TEST(FindHeader, IgnoresCaseAndTakesTheFirst) {
  const Request request{.method = "GET", .target = {}, .headers = {{"Accept", "a"}, {"ACCEPT", "b"}}, .body = {}};
  EXPECT_EQ(*request.header("accept"), "a");
  EXPECT_EQ(request.header("Accep"), nullptr);
  EXPECT_EQ(request.header("Accept-Encoding"), nullptr);
}

}  // namespace
}  // namespace sennit::http
