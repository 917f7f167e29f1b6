#include "cli/arguments/parser.h"

#include <gtest/gtest.h>

#include "cli/input/submission_options.h"

namespace sennit::cli {
namespace {

using Words = std::vector<std::string>;

// The options of `run`, and a flag.
struct Parsed {
  explicit Parsed(const Words& words) {
    Declaration declaration = options.declare_for_running();
    declaration.options.push_back({.names = "-d,--detach", .value = "", .help = "", .target = &detach});
    result = parse_words(declaration, words);
  }
  SubmissionOptions options;
  bool detach = false;
  Result<void> result;
};

std::string error_of(const Words& words) {
  const Parsed parsed(words);
  return parsed.result ? "accepted" : parsed.result.error().message();
}

TEST(ParseWords, FileAloneOrBetweenOptions) {
  for (const Words& words : {Words{"flow.yaml"}, Words{"-d", "flow.yaml"}, Words{"flow.yaml", "--detach"},
                             Words{"--pool", "gpu", "flow.yaml"}, Words{"--pool=gpu", "--", "flow.yaml"}}) {
    const Parsed parsed(words);
    ASSERT_TRUE(parsed.result.ok());
    EXPECT_EQ(parsed.options.file, "flow.yaml");
  }
}

TEST(ParseWords, SetTakesSeveralValuesAndLeavesTheFile) {
  for (const Words& words : {Words{"flow.yaml", "--set", "a=1", "b=2"}, Words{"--set", "a=1", "b=2", "flow.yaml"},
                             Words{"--set", "a=1", "flow.yaml", "--set", "b=2"},
                             Words{"--set", "a=1", "b=2", "flow.yaml", "-d"}, Words{"--set=a=1", "b=2", "flow.yaml"}}) {
    const Parsed parsed(words);
    ASSERT_TRUE(parsed.result.ok()) << parsed.result.error().message();
    EXPECT_EQ(parsed.options.file, "flow.yaml");
    EXPECT_EQ(parsed.options.sets, (Words{"a=1", "b=2"}));
  }
}

TEST(ParseWords, AListMayBeEmptyWhereItSaysSo) {
  std::string id;
  Words names;
  const Declaration declaration{
      .positionals = {{.name = "ID", .help = "", .target = &id},
                      {.name = "TASK", .help = "", .target = &names, .list = Positional::List::kAnyNumber}},
      .options = {}};
  EXPECT_TRUE(parse_words(declaration, Words{"flow-1"}).ok());
  EXPECT_TRUE(names.empty());
  EXPECT_TRUE(parse_words(declaration, Words{"flow-1", "a", "b"}).ok());
  EXPECT_EQ(names, (Words{"a", "b"}));
  EXPECT_FALSE(parse_words(declaration, Words{}).ok());
}

TEST(ParseWords, ValuesAreKeptAsWritten) {
  const Parsed parsed({"f", "--set", "a=-1", "--set-string", "s=[x, y]", "--set-env", "E=", "--set", "b={{x}}=y"});
  ASSERT_TRUE(parsed.result.ok());
  EXPECT_EQ(parsed.options.sets, (Words{"a=-1", "b={{x}}=y"}));
  EXPECT_EQ(parsed.options.set_strings, Words{"s=[x, y]"});
  EXPECT_EQ(parsed.options.set_envs, Words{"E="});
}

TEST(ParseWords, EmptyValueIsAValue) {
  const Parsed parsed({"--pool", "", "flow.yaml"});
  ASSERT_TRUE(parsed.result.ok());
  EXPECT_EQ(parsed.options.file, "flow.yaml");
  EXPECT_EQ(parsed.options.pool, "");
}

TEST(ParseWords, StandardInputIsADash) {
  const Parsed parsed({"-"});
  ASSERT_TRUE(parsed.result.ok());
  EXPECT_EQ(parsed.options.file, "-");
}

TEST(ParseWords, FileThatBeginsWithADashStandsBehindTwo) {
  const Parsed parsed({"-d", "--", "-odd.yaml"});
  ASSERT_TRUE(parsed.result.ok());
  EXPECT_EQ(parsed.options.file, "-odd.yaml");
}

TEST(ParseWords, NumbersMayHaveUnderscores) {
  const Parsed parsed({"f", "--max-parallel", "1_000"});
  ASSERT_TRUE(parsed.result.ok());
  EXPECT_EQ(parsed.options.max_parallel, 1000U);
}

TEST(ParseWords, LastOfARepeatedOptionCounts) {
  const Parsed parsed({"f", "--pool", "one", "--pool", "two"});
  ASSERT_TRUE(parsed.result.ok());
  EXPECT_EQ(parsed.options.pool, "two");
}

TEST(ParseWords, ChoicesAreTakenInAnyCase) {
  const Parsed parsed({"f", "--priority", "high"});
  ASSERT_TRUE(parsed.result.ok());
  EXPECT_EQ(parsed.options.priority, "HIGH");
}

TEST(ParseWords, MistakesAreNamed) {
  EXPECT_EQ(error_of({}), "FILE is missing: a workflow file; - is standard input");
  EXPECT_EQ(error_of({"f", "--detahc"}), "unknown option '--detahc'; did you mean '--detach'?");
  EXPECT_EQ(error_of({"f", "--max-paralel=3"}), "unknown option '--max-paralel'; did you mean '--max-parallel'?");
  EXPECT_EQ(error_of({"f", "-x"}), "unknown option '-x'");
  EXPECT_EQ(error_of({"f", "g"}), "unexpected word 'g'");
  EXPECT_EQ(error_of({"f", "--priority", "hihg"}),
            "--priority cannot be 'hihg'; it is one of HIGH, NORMAL, LOW; did you mean 'HIGH'?");
  EXPECT_EQ(error_of({"f", "--max-parallel", "many"}), "--max-parallel wants a whole number, not 'many'");
  EXPECT_EQ(error_of({"f", "--max-parallel", "-1"}), "--max-parallel wants a whole number, not '-1'");
}

TEST(ParseWords, OptionWithoutItsValueIsRefused) {
  EXPECT_NE(error_of({"f", "--pool"}), "accepted");
  EXPECT_NE(error_of({"f", "--set"}), "accepted");
}

}  // namespace
}  // namespace sennit::cli
