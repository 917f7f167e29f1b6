#include "agent/ctrl/data_words.h"

#include <gtest/gtest.h>

namespace sennit::agent {
namespace {

Result<DataWords> parse(std::vector<std::string> words, const std::string& directory = "/osmo/data/output/run") {
  words.insert(words.begin(), "data");
  return parse_data_words(words, directory);
}

TEST(DataWords, PathsAreBelowTheOutput) {
  EXPECT_EQ(parse({"upload", "s3://b/x", "model"}).value().path, "run/model");
  EXPECT_EQ(parse({"upload", "s3://b/x", "/osmo/data/output/m/*", "-x", ".*pt"}).value().path, "m/*");
  EXPECT_EQ(parse({"upload", "s3://b/x", "/osmo/data/output"}).value().path, "*");
  EXPECT_EQ(parse({"download", "s3://b/x"}, "/osmo/data/output").value().path, "*");
  for (const char* outside : {"/etc/passwd", "/osmo/data/outputs/x", "/osmo/data/input/0"}) {
    const auto refused = parse({"upload", "s3://b/x", outside});
    ASSERT_FALSE(refused.ok()) << outside;
    EXPECT_NE(refused.error().message().find("only what lies below /osmo/data/output"), std::string::npos);
  }
}

TEST(DataWords, SayWhatTheyTake) {
  EXPECT_EQ(parse({"upload", "s3://b/x", "model"}).value().access, storage::Access::kWrite);
  EXPECT_EQ(parse({"download", "s3://b/x"}).value().access, storage::Access::kRead);
  EXPECT_EQ(parse({"delete", "s3://b/x"}).value().access, storage::Access::kDelete);
}

TEST(DataWords, TheRest) {
  EXPECT_EQ(parse({"check", "s3://b/x", "-a", "WRITE"}).value().access, storage::Access::kWrite);
  EXPECT_EQ(parse({"list", "s3://b/x", "-r", "-x", "a"}).value().regex, "a");
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{},
                                                {"copy", "s3://b/x"},
                                                {"upload", "s3://b/x"},
                                                {"list"},
                                                {"list", "s3://b/x", "-z"},
                                                {"list", "s3://b/x", "-x"},
                                                {"check", "s3://b/x", "-a", "ALL"}}) {
    EXPECT_FALSE(parse(wrong).ok());
  }
}

}  // namespace
}  // namespace sennit::agent
