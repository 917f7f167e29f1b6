#include "client/api.h"

#include <gtest/gtest.h>

#include "views/json.h"

namespace sennit::client {
namespace {

http::Response response(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

TEST(ErrorOf, ServersCodeAndWordsAreKept) {
  const views::ErrorView view{.code = "conflict", .message = "flow-1 is finished"};
  const Error error = error_of(response(409, to_json(view)));
  EXPECT_EQ(error.code(), ErrorCode::kConflict);
  EXPECT_EQ(error.message(), "flow-1 is finished");
}

TEST(ErrorOf, ResponseWithoutAnErrorObjectIsKnownByItsStatus) {
  struct Case {
    int status;
    ErrorCode code;
  };
  for (const auto& [status, code] :
       {Case{400, ErrorCode::kInvalid}, Case{404, ErrorCode::kNotFound}, Case{409, ErrorCode::kConflict},
        Case{413, ErrorCode::kExhausted}, Case{507, ErrorCode::kExhausted}, Case{503, ErrorCode::kUnavailable},
        Case{504, ErrorCode::kTimeout}, Case{500, ErrorCode::kInternal}, Case{418, ErrorCode::kInvalid}}) {
    EXPECT_EQ(error_of(response(status, "<html>")).code(), code) << status;
  }
}

TEST(ErrorOf, CodeOfANewerServerIsInternal) {
  EXPECT_EQ(error_of(views::ErrorView{.code = "sulking", .message = "no"}).code(), ErrorCode::kInternal);
}

}  // namespace
}  // namespace sennit::client
