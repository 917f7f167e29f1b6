#include "cli/commands/registry.h"

#include <gtest/gtest.h>

#include <set>

namespace sennit::cli {
namespace {

using Words = std::vector<std::string>;

std::string name_of(const Words& words) {
  const Result<FoundCommand> found = find_command(words);
  return found ? std::string(found->info->name) : found.error().message();
}

TEST(FindCommand, ByNameAliasAndFamily) {
  EXPECT_EQ(name_of({"run", "flow.yaml"}), "run");
  EXPECT_EQ(name_of({"query", "flow-1"}), "status");
  EXPECT_EQ(name_of({"list"}), "status");
  EXPECT_EQ(name_of({"ls"}), "status");
  EXPECT_EQ(name_of({"server", "stop"}), "server stop");
  EXPECT_EQ(name_of({"config", "show", "--origin"}), "config show");
}

TEST(FindCommand, WordWorkflowChangesNothing) {
  EXPECT_EQ(name_of({"workflow", "run", "flow.yaml"}), "run");
  EXPECT_EQ(name_of({"workflow", "server", "status"}), "server status");
}

TEST(FindCommand, CommonOptionsMayStandBefore) {
  const Result<FoundCommand> found = find_command(Words{"-o", "json", "--color=never", "workflow", "status", "last"});
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->info->name, "status");
  EXPECT_EQ(found->words, (Words{"-o", "json", "--color=never", "last"}));
}

TEST(FindCommand, SlipsOfThePenAreSeen) {
  EXPECT_EQ(name_of({"rnu"}), "unknown command 'rnu'; did you mean 'run'?");
  EXPECT_EQ(name_of({"valdiate"}), "unknown command 'valdiate'; did you mean 'validate'?");
  EXPECT_EQ(name_of({"frobnicate"}), "unknown command 'frobnicate'");
  EXPECT_EQ(name_of({"server", "sttus"}),
            "'server sttus' is no command; there are: status, start, stop; did you mean 'status'?");
  EXPECT_EQ(name_of({"server"}), "'server' needs one of: status, start, stop");
  EXPECT_EQ(name_of({}), "a command is missing");
}

TEST(Commands, NamesAndOptionsAreUnique) {
  std::set<std::string_view> names;
  for (const CommandInfo* info : all_commands()) {
    EXPECT_TRUE(names.insert(info->name).second) << info->name;
    const std::unique_ptr<Command> command = info->make();
    const Declaration declaration = command->declare();
    std::set<std::string_view> options;
    for (const Option& option : declaration.options) {
      for (const std::string_view name : names_of(option)) {
        EXPECT_TRUE(options.insert(name).second) << info->name << " " << name;
      }
    }
  }
}

}  // namespace
}  // namespace sennit::cli
