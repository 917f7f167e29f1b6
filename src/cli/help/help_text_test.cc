#include "cli/help/help_text.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "cli/commands/registry.h"

namespace sennit::cli {
namespace {

TEST(Help, OverviewHasEveryCommandInALineOfItsOwn) {
  const std::string text = overview(all_commands());
  for (const CommandInfo* info : all_commands()) {
    const bool shown = text.find("\n  " + std::string(info->name) + " ") != std::string::npos;
    EXPECT_EQ(shown, info->section != Section::kHidden) << info->name;
  }
}

TEST(Help, ExamplesComeFirst) {
  const CommandInfo* logs = command_named("logs");
  ASSERT_NE(logs, nullptr);
  const auto command = logs->make();
  const std::string text = help_of(*logs, command->declare(), {});
  EXPECT_LT(text.find("sennit logs last train"), text.find("Usage: sennit logs [options] ID [TASK]\n"));
  EXPECT_NE(text.find("  -f, --follow "), std::string::npos);
}

TEST(Help, LinesFitATerminal) {
  for (const CommandInfo* info : all_commands()) {
    const auto command = info->make();
    std::istringstream lines(help_of(*info, command->declare(), {}));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 110U) << line;
  }
}

TEST(Help, TopicsAreThere) {
  for (const std::string_view name : topic_names()) EXPECT_FALSE(topic(name).empty()) << name;
  EXPECT_TRUE(topic("nonsense").empty());
}

// After a change of the options: sennit help --markdown > docs/cli.md
TEST(Reference, DocsAreWhatTheParserSays) {
  const std::filesystem::path root =
      std::filesystem::path(__FILE__).parent_path().parent_path().parent_path().parent_path();
  std::ifstream file(root / "docs" / "cli.md");
  ASSERT_TRUE(file.good()) << "docs/cli.md is missing";
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(text, reference(all_commands()));
}

}  // namespace
}  // namespace sennit::cli
