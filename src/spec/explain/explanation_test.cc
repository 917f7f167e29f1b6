#include "spec/explain/explanation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "spec/config/config.h"

namespace sennit::spec {
namespace {

namespace fs = std::filesystem;

std::vector<const Explanation*> explanations() {
  std::vector<const Explanation*> all;
  for (const Chapter& chapter : chapters()) {
    for (const Explanation& explanation : chapter.explanations) all.push_back(&explanation);
  }
  return all;
}

TEST(Explanations, AreUniqueAndInOrder) {
  const auto all = explanations();
  const auto code = [](const Explanation* explanation) { return explanation->code; };
  EXPECT_TRUE(std::ranges::is_sorted(all, std::ranges::less_equal{}, code));
}

// C++ cannot list the values of an enum; its source can.
TEST(Explanations, EveryCodeHasOne) {
  std::ifstream header(fs::absolute(__FILE__).parent_path() / "../diagnostic_codes.h");
  std::size_t count = 0;
  for (std::string line; std::getline(header, line);) {
    const std::size_t equals = line.find(" = ");
    if (!line.starts_with("  k") || equals == std::string::npos) continue;
    const std::string number = line.substr(equals + 3, line.find(',') - equals - 3);
    EXPECT_NE(find_explanation(number), nullptr) << line;
    ++count;
  }
  EXPECT_EQ(count, explanations().size());
}

class Examples : public testing::TestWithParam<const Explanation*> {};

TEST_P(Examples, ShowsItsCodeAndNoOther) {
  const Explanation& explanation = *GetParam();
  if (!explanation.example.shell.empty()) {  // it is not about a text
    EXPECT_TRUE(explanation.example.file.empty());
    return;
  }
  const std::vector<Diagnostic> found = diagnostics_of(explanation.example);
  ASSERT_FALSE(found.empty());
  for (const Diagnostic& diagnostic : found) {
    EXPECT_EQ(diagnostic.code, name_of(explanation.code)) << one_line(diagnostic);
  }
}

TEST_P(Examples, IsExplainedInSentences) {
  const Explanation& explanation = *GetParam();
  for (const std::string_view text : {explanation.meaning, explanation.remedy}) {
    EXPECT_TRUE(text.ends_with('.')) << text;
    EXPECT_EQ(text.find('\n'), std::string_view::npos) << text;
    EXPECT_EQ(std::ranges::count(text, '`') % 2, 0) << text;
  }
}

INSTANTIATE_TEST_SUITE_P(All, Examples, testing::ValuesIn(explanations()),
                         [](const testing::TestParamInfo<const Explanation*>& param) {
                           return name_of(param.param->code);
                         });

TEST(Explanations, ConfigurationThatIsADirectory) {
  std::string home = testing::TempDir() + "explainXXXXXX";
  ASSERT_NE(::mkdtemp(home.data()), nullptr);
  fs::create_directory(fs::path(home) / "config.yaml");
  const FoundConfig found = find_config_files(home, [&](std::string_view name) -> std::optional<std::string> {
    if (name == "SENNIT_HOME") return home;
    return std::nullopt;
  });
  fs::remove_all(home);
  ASSERT_FALSE(found.diagnostics.empty());
  EXPECT_EQ(found.diagnostics.front().code, "SN701");
}

TEST(Explanations, AreFoundInEverySpelling) {
  for (const std::string_view word : {"SN201", "sn201", "Sn201", "201"}) {
    ASSERT_NE(find_explanation(word), nullptr) << word;
    EXPECT_EQ(find_explanation(word)->code, Code::kUnknownField);
  }
  for (const std::string_view word : {"", "SN", "SN2", "SN2011", "0201", "x201", "SN 201"}) {
    EXPECT_EQ(find_explanation(word), nullptr) << word;
  }
}

TEST(Explanations, SuggestsANearCode) {
  EXPECT_EQ(nearest_code("SN2O1"), "SN201");
  EXPECT_EQ(nearest_code("bananas"), "");
}

}  // namespace
}  // namespace sennit::spec
