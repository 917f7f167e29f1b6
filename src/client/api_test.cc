#include "client/api.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "base/unique_fd.h"
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

// The first of two servers at one socket is killed under the question.
TEST(Api, AQuestionIsAskedAgainOfTheNextServer) {
  const std::string path = testing::TempDir() + "/api_test_" + std::to_string(::getpid()) + ".sock";
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  ASSERT_LT(path.copy(address.sun_path, sizeof address.sun_path - 1), sizeof address.sun_path - 1);
  const UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(listener.get(), 2), 0);
  std::thread servers([&listener] {
    char request[4096];
    for (const std::string_view answer : {"", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"}) {
      const UniqueFd connection(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (::read(connection.get(), request, sizeof request) <= 0) return;
      if (::write(connection.get(), answer.data(), answer.size()) < 0) return;
    }
  });
  Result<Api> api = Api::connect({.socket = path}, IfAbsent::kFail);
  const Result<std::string> answer = api ? api->collection_json(Collection::kPools) : Result<std::string>(api.error());
  servers.join();
  std::filesystem::remove(path);
  ASSERT_TRUE(answer.ok()) << answer.error().message();
  EXPECT_EQ(*answer, "{}");
}

}  // namespace
}  // namespace sennit::client
