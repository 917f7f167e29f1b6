#include "launch/engine/answers.h"

#include <gtest/gtest.h>

namespace sennit::launch {
namespace {

TEST(EngineAnswers, StateOfAContainer) {
  using Status = ContainerFacts::Status;
  struct Case {
    const char* json;
    Status status;
    int code;
    bool out_of_memory;
  };
  const Case cases[] = {
      {R"({"State": {"Status": "created", "ExitCode": 0}})", Status::kMade, 0, false},
      {R"({"State": {"Status": "running", "Running": true}})", Status::kRuns, 0, false},
      {R"({"State": {"Status": "paused", "Running": true, "Paused": true}})", Status::kRuns, 0, false},
      {R"({"State": {"Status": "exited", "ExitCode": 7}})", Status::kEnded, 7, false},
      {R"({"State": {"Status": "exited", "ExitCode": 137, "OOMKilled": true}})", Status::kEnded, 137, true},
      {R"({"State": {"Status": "stopped", "ExitCode": 999999999999}})", Status::kEnded, 255, false},
      {R"({"State": {"Status": 7, "ExitCode": "x", "OOMKilled": 1}})", Status::kEnded, 0, false}};
  for (const Case& c : cases) {
    const Result<ContainerFacts> facts = parse_container(c.json);
    ASSERT_TRUE(facts.ok()) << c.json;
    EXPECT_EQ(facts->status, c.status) << c.json;
    EXPECT_EQ(facts->exit_code, c.code) << c.json;
    EXPECT_EQ(facts->out_of_memory, c.out_of_memory) << c.json;
  }
  for (const char* broken : {"", "{", "[]", "7", R"({"State": []})"})
    EXPECT_FALSE(parse_container(broken).ok()) << broken;
}

TEST(EngineAnswers, ListsWithTheirLabels) {
  const auto list = parse_list(R"([{"Id": "a", "Labels": {"x": "1", "y": 2}}, {"Labels": {}}, 7, {"Id": "b"}])");
  ASSERT_TRUE(list.ok());
  ASSERT_EQ(list->size(), 2U);
  EXPECT_EQ(list->front().labels.at("x"), "1");
  EXPECT_EQ(list->back().id, "b");
  EXPECT_FALSE(parse_list("{}").ok());
  EXPECT_EQ(*parse_names(R"([{"Name": "n"}, {}])"), std::vector<std::string>{"n"});
}

TEST(EngineAnswers, RefusalsInTheEnginesWords) {
  EXPECT_EQ(parse_refusal(R"({"cause": "x", "message": "no such image\n", "response": 404})"), "no such image");
  EXPECT_EQ(parse_refusal("404 page not found\n"), "404 page not found");
  EXPECT_EQ(parse_refusal(std::string(5000, 'x')).size(), 2000U);
}

TEST(PullAnswer, ProgressOfAllLayersInWhateverPiecesItComes) {
  const std::string text =
      "{\"status\":\"Pulling from library/alpine\",\"id\":\"3.18\"}\n"
      "{\"status\":\"Downloading\",\"progressDetail\":{\"current\":10,\"total\":100},\"id\":\"a\"}\r\n\n"
      "{\"status\":\"Downloading\",\"progressDetail\":{\"current\":50,\"total\":300},\"id\":\"b\"}\n"
      "{\"status\":\"Pull complete\",\"progressDetail\":{},\"id\":\"a\"}";
  for (std::size_t piece = 1; piece < text.size(); piece += 7) {
    PullAnswer answer;
    for (std::size_t at = 0; at < text.size(); at += piece) {
      ASSERT_TRUE(answer.take(std::string_view(text).substr(at, piece)).ok());
    }
    ASSERT_TRUE(answer.finish().ok());
    EXPECT_EQ(answer.error(), "");
    EXPECT_EQ(answer.progress().complete, 1U);
    EXPECT_EQ(answer.progress().done, Bytes(150));
    EXPECT_EQ(answer.progress().total, Bytes(400));
  }
}

TEST(PullAnswer, ARefusalComesWithStatus200) {
  PullAnswer answer;
  ASSERT_TRUE(answer
                  .take(R"({"errorDetail":{"message":"denied"},"error":"denied, too"})"
                        "\n")
                  .ok());
  EXPECT_EQ(answer.error(), "denied");
}

TEST(PullAnswer, WhatIsNoAnswerIsRefused) {
  EXPECT_EQ(PullAnswer().take("<html>\n").error().code(), ErrorCode::kCorrupt);
  EXPECT_EQ(PullAnswer().take(std::string(PullAnswer::kMaxLine + 1, ' ')).error().code(), ErrorCode::kExhausted);
  PullAnswer cut;
  ASSERT_TRUE(cut.take(R"({"status":)").ok());
  EXPECT_FALSE(cut.finish().ok());
}

}  // namespace
}  // namespace sennit::launch
