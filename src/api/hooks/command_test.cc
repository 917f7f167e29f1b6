#include "api/hooks/command.h"

#include <gtest/gtest.h>

namespace sennit::api {
namespace {

const HookSurroundings kHere{.environment = {{"PATH", "/usr/bin:/bin"}, {"SENNIT_TASK", "outer"}, {"LANG", "C"}},
                             .directory = "/"};

HookFacts failed_task() {
  spec::HookConfig hook{.name = "h", .on = spec::HookOccasion::kFailure, .per = spec::HookScope::kTask};
  HookFacts facts = example_of(hook, Instant::from_unix_us(1'795'291'600'150'001));
  facts.event.message = "said \"no\"";
  facts.event.exit_code = 3;
  facts.delivery = 7;
  return facts;
}

std::string value_of(const EnvironmentList& variables, std::string_view name) {
  std::string value = "(none)";
  for (const auto& variable : variables) {
    if (variable.first == name) value = variable.second;
  }
  return value;
}

TEST(HookFillIn, NamesBecomeValuesAndUnknownOnesAreAMistake) {
  const EnvironmentList variables{{"A", "1"}, {"B", "\"x\"\n"}, {"A", "2"}};
  EXPECT_EQ(fill_in("${A}-$A-${A", variables, Escape::kNone).value(), "2-$A-${A");
  EXPECT_EQ(fill_in("\"${B}\"", variables, Escape::kJson).value(), "\"\\\"x\\\"\\n\"");
  EXPECT_EQ(fill_in("$${A} ${B}", variables, Escape::kNone).value(), "${A} \"x\"\n");
  EXPECT_EQ(fill_in("${C}", variables, Escape::kNone).error().message(), "${C} is not set");
}

TEST(HookCommand, ACommandGetsVariablesAndTheEvent) {
  const spec::HookConfig hook{.name = "h", .on = spec::HookOccasion::kFailure, .run = "cat"};
  const HookCommand command = command_of(hook, failed_task(), {{"TOKEN", "t0p"}}, kHere).value();
  EXPECT_EQ(command.program, "/bin/sh");
  EXPECT_EQ(command.words, (std::vector<std::string>{"sh", "-c", "cat"}));
  EXPECT_EQ(value_of(command.environment, "SENNIT_EVENT"), "failure");
  EXPECT_EQ(value_of(command.environment, "SENNIT_WORKFLOW"), "example-1");
  EXPECT_EQ(value_of(command.environment, "SENNIT_TASK"), "example");
  EXPECT_EQ(value_of(command.environment, "SENNIT_EXIT_CODE"), "3");
  EXPECT_EQ(value_of(command.environment, "SENNIT_SUMMARY"), "example-1 task example FAILED: said \"no\"");
  EXPECT_EQ(value_of(command.environment, "TOKEN"), "t0p");
  EXPECT_EQ(value_of(command.environment, "LANG"), "C");
  EXPECT_EQ(command.input, json_of(failed_task()) + "\n");
  EXPECT_EQ(command.secrets, std::vector<std::string>{"t0p"});
}

// What others of the machine can see are a program's arguments.
TEST(HookCommand, NothingOfAUrlStandsAmongTheArguments) {
  const spec::HookConfig hook{.name = "h",
                              .on = spec::HookOccasion::kFailure,
                              .run = {},
                              .url = "http://localhost:1/${TOKEN}",
                              .headers = {{"Authorization", "Bearer ${TOKEN}"}},
                              .body = "{\"text\": \"${SENNIT_REASON}\"}"};
  const Result<HookCommand> command = command_of(hook, failed_task(), {{"TOKEN", "t0p"}}, kHere);
  if (!command) GTEST_SKIP() << command.error().message();
  EXPECT_EQ(command->words, (std::vector<std::string>{"curl", "--disable", "--config", "-"}));
  EXPECT_EQ(value_of(command->environment, "TOKEN"), "(none)");
  EXPECT_NE(command->input.find("url = \"http://localhost:1/t0p\"\n"), std::string::npos);
  EXPECT_NE(command->input.find("header = \"Authorization: Bearer t0p\"\n"), std::string::npos);
  EXPECT_NE(command->input.find("header = \"Content-Type: application/json\"\n"), std::string::npos);
  // JSON's escapes, and then those of curl's configuration.
  EXPECT_NE(command->input.find(R"(data-raw = "{\"text\": \"said \\\"no\\\"\"}")"), std::string::npos);
}

TEST(HookCommand, AHeaderCannotBecomeTwo) {
  const spec::HookConfig hook{.name = "h", .run = {}, .url = "http://x/", .headers = {{"A", "${B}"}}};
  EXPECT_FALSE(command_of(hook, failed_task(), {{"B", "1\r\nC: 2"}}, kHere).ok());
}

TEST(HookCommand, WithoutCurlItIsSaidWhatIsMissing) {
  const spec::HookConfig hook{.name = "h", .run = {}, .url = "http://x/"};
  const auto command = command_of(hook, failed_task(), {}, {.environment = {{"PATH", "/nowhere"}}, .directory = "/"});
  ASSERT_FALSE(command.ok());
  EXPECT_EQ(command.error().message(), "curl is not installed, which sends to URLs (apt-get install curl)");
}

TEST(HookEnd, OfACommandIsItsExitAndItsLastWords) {
  EXPECT_TRUE(command_end(0, 0, "fine\n").ok);
  EXPECT_EQ(command_end(3, 0, "one\ntwo\n\n").message, "exit code 3: two");
  EXPECT_EQ(command_end(0, 9, "").message, "killed by signal 9");
}

TEST(HookEnd, OfAUrlIsItsStatus) {
  const auto end = [](std::string text) { return url_end(0, 0, std::move(text)); };
  EXPECT_TRUE(end("ok\nsennit-http-status 204\n").ok);
  EXPECT_EQ(end("ok\nsennit-http-status 204\n").output, "ok");
  EXPECT_EQ(end("no such channel\nsennit-http-status 404\n").message, "HTTP 404: no such channel");
  EXPECT_FALSE(end("\nsennit-http-status 302\n").ok);
  const HookEnd refused = url_end(7, 0, "curl: (7) Failed to connect to x\n\nsennit-http-status 000\n");
  EXPECT_FALSE(refused.ok);
  EXPECT_EQ(refused.message, "curl: (7) Failed to connect to x");
  EXPECT_FALSE(url_end(0, 15, "").ok);
  EXPECT_FALSE(url_end(0, 0, "").ok);
}

}  // namespace
}  // namespace sennit::api
