#include "cli/completion/scripts.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cli/commands/registry.h"

namespace sennit::cli {
namespace {

class Completion : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/sn-complete-XXXXXX";
    ASSERT_NE(::mkdtemp(name), nullptr);
    base_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(base_); }

  std::string file(const std::string& name, const std::string& text) {
    std::ofstream(base_ + "/" + name) << text;
    return base_ + "/" + name;
  }
  static bool has(const char* program) {
    return std::system((std::string("command -v ") + program + " >/dev/null").c_str()) == 0;
  }
  std::string output_of(const std::string& command) {
    const std::string out = base_ + "/out";
    EXPECT_EQ(std::system((command + " > " + out).c_str()), 0) << command;
    std::ifstream stream(out);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  // What bash offers for the last of these words.
  std::string bash_offers(const std::string& words) {
    const std::string script =
        file("try.bash", bash_script(all_commands()) + "sennit() { echo offered-$2; }\nCOMP_WORDS=(" + words +
                             ")\nCOMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))\n_sennit\necho \"${COMPREPLY[@]}\"\n");
    std::string offered = output_of("bash " + script + " 2>/dev/null");
    if (!offered.empty()) offered.pop_back();
    return offered;
  }

  std::string base_;
};

TEST_F(Completion, BashScriptIsBash) {
  EXPECT_EQ(std::system(("bash -n " + file("s.bash", bash_script(all_commands()))).c_str()), 0);
}

TEST_F(Completion, BashOffersCommandsOptionsAndValues) {
  EXPECT_EQ(bash_offers("sennit val"), "validate");
  EXPECT_EQ(bash_offers("sennit workflow val"), "validate");
  EXPECT_EQ(bash_offers("sennit server st"), "status start stop");
  EXPECT_EQ(bash_offers("sennit run --det"), "--detach");
  EXPECT_EQ(bash_offers("sennit run f.yaml --priority ''"), "HIGH NORMAL LOW");
  EXPECT_EQ(bash_offers("sennit server status -o j"), "json jsonl");
  EXPECT_EQ(bash_offers("sennit query ''"), "offered-workflows");
  EXPECT_EQ(bash_offers("sennit logs -f digits-1 ''"), "offered-tasks");
  EXPECT_EQ(bash_offers("sennit graph offered"), "offered-workflows");
  EXPECT_EQ(bash_offers("sennit run f.yaml --pool ''"), "offered-pools");
  EXPECT_EQ(bash_offers("sennit pool list -p off"), "offered-pools");
  EXPECT_EQ(bash_offers("sennit restart -p = off"), "offered-pools");
  EXPECT_EQ(bash_offers("sennit graph " + base_ + "/try"), base_ + "/try.bash");
}

TEST_F(Completion, BashSeesCommandsBehindCommonOptions) {
  EXPECT_EQ(bash_offers("sennit -o json val"), "validate");
  EXPECT_EQ(bash_offers("sennit -q --color = never workflow val"), "validate");
  EXPECT_EQ(bash_offers("sennit -q server st"), "status start stop");
  EXPECT_EQ(bash_offers("sennit -o json logs digits-1 ''"), "offered-tasks");
  EXPECT_EQ(bash_offers("sennit --out"), "--output");
  EXPECT_EQ(bash_offers("sennit --color a"), "auto always");
  EXPECT_EQ(bash_offers("sennit --color = a"), "auto always");
  EXPECT_EQ(bash_offers("sennit --color ="), "auto always never");
}

TEST_F(Completion, BashTakesNoValueOfAnOptionForAWord) {
  EXPECT_EQ(bash_offers("sennit logs -o json ''"), "offered-workflows");
  EXPECT_EQ(bash_offers("sennit logs --color = never digits-1 ''"), "offered-tasks");
  EXPECT_EQ(bash_offers("sennit run f.yaml --priority = ''"), "HIGH NORMAL LOW");
}

TEST_F(Completion, ZshScriptIsZsh) {
  if (!has("zsh")) GTEST_SKIP() << "zsh is not installed";
  EXPECT_EQ(std::system(("zsh -n " + file("s.zsh", zsh_script(all_commands()))).c_str()), 0);
}

TEST_F(Completion, FishScriptIsFish) {
  if (!has("fish")) GTEST_SKIP() << "fish is not installed";
  EXPECT_EQ(std::system(("fish --no-execute " + file("s.fish", fish_script(all_commands()))).c_str()), 0);
}

TEST_F(Completion, HiddenWordsAreNotOffered) {
  for (const std::string& script :
       {bash_script(all_commands()), zsh_script(all_commands()), fish_script(all_commands())}) {
    EXPECT_EQ(script.find("ready-fd"), std::string::npos);
    EXPECT_EQ(script.find("'agent'"), std::string::npos);
  }
}

}  // namespace
}  // namespace sennit::cli
