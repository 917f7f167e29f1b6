#include "cli/render/explanation.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "cli/text/wrap.h"

namespace sennit::cli {
namespace {

const spec::Explanation& explanation(std::string_view code) {
  const spec::Explanation* found = spec::find_explanation(code);
  EXPECT_NE(found, nullptr) << code;
  return *found;
}

TEST(Wrapped, BreaksAtSpaces) {
  EXPECT_EQ(wrapped("a bb ccc", 80), "a bb ccc\n");
  EXPECT_EQ(wrapped("a bb ccc", 4), "a bb\nccc\n");
  EXPECT_EQ(wrapped("aaaaaa b", 4), "aaaaaa\nb\n");
  EXPECT_EQ(wrapped("训练 训练", 8), "训练\n训练\n");
  EXPECT_EQ(wrapped("", 4), "");
}

TEST(ExplanationText, ShowsTheExampleAndWhatIsSaidAboutIt) {
  const std::string text = explanation_text(explanation("SN201"), Style::plain());
  EXPECT_TRUE(text.starts_with("SN201: unknown field\n\n")) << text;
  EXPECT_NE(text.find("\n        imge: debian:12\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\n    $ sennit validate flow.yaml\n    flow.yaml:5:5: error[SN201]: "), std::string::npos);
  EXPECT_NE(text.find("\nTo mend it: "), std::string::npos);
}

TEST(ExplanationText, ShowsFlagsAndConfiguration) {
  EXPECT_NE(explanation_text(explanation("SN157"), Style::plain()).find("flow.yaml --set epochs\n"), std::string::npos);
  EXPECT_NE(explanation_text(explanation("SN502"), Style::plain()).find("with this config.yaml:"), std::string::npos);
}

TEST(ExplanationText, NeverHasBytesThatAreNoText) {
  EXPECT_NE(explanation_text(explanation("SN102"), Style::plain()).find("caf?"), std::string::npos);
  EXPECT_NE(explanation_json(explanation("SN102")).find("caf?"), std::string::npos);
}

TEST(ExplanationText, FitsATerminal) {
  for (const spec::Chapter& chapter : spec::chapters()) {
    for (const spec::Explanation& one : chapter.explanations) {
      // What Sennit answers with has lines as long as they are.
      std::string text = explanation_text(one, Style::plain());
      text.resize(std::min(text.find("\nis answered with:"), text.size()));
      std::istringstream lines(text);
      for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << line;
    }
  }
}

TEST(ExplanationList, HasEveryCode) {
  const std::string text = explanation_list(Style::plain());
  EXPECT_NE(text.find("\n  SN101  not valid YAML\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\n  SN701  "), std::string::npos);
}

// After a change of the explanations: sennit explain --markdown > docs/diagnostics.md
TEST(ExplanationPage, IsWhatTheDocsHave) {
  const std::filesystem::path source = std::filesystem::absolute(__FILE__).parent_path();
  std::ifstream file(source / "../../../docs/diagnostics.md");
  ASSERT_TRUE(file.good());
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_TRUE(text == explanation_page()) << "out of date: sennit explain --markdown > docs/diagnostics.md";
}

}  // namespace
}  // namespace sennit::cli
