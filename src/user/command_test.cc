#include "user/command.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace sennit::user {
namespace {

namespace fs = std::filesystem;

class CommandTest : public testing::Test {
 protected:
  CommandTest() {
    std::string name = (fs::temp_directory_path() / "command-XXXXXX").string();
    dir_ = ::mkdtemp(name.data());
  }
  ~CommandTest() override { fs::remove_all(dir_); }

  std::string file(const std::string& name, std::string_view text, fs::perms mode = fs::perms::owner_all) const {
    const fs::path path = dir_ / name;
    std::ofstream(path) << text;
    fs::permissions(path, mode);
    return path;
  }

  // Everything that the command writes to its output, to the end.
  static std::string output_of(Command& command) {
    std::string text;
    char piece[4096];
    while (true) {
      pollfd ready{.fd = command.pipes[0].get(), .events = POLLIN, .revents = 0};
      ::poll(&ready, 1, -1);
      const ssize_t count = ::read(command.pipes[0].get(), piece, sizeof piece);
      if (count <= 0) break;
      text.append(piece, static_cast<std::size_t>(count));
    }
    int status = 0;
    ::waitpid(command.pid, &status, 0);
    return text + "code " + std::to_string(WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
  }

  std::string run(std::vector<std::string> words) const {
    Result<Command> command =
        Command::start({.argv = std::move(words), .environment = {{"WHO", "task"}}, .directory = dir_}, ::environ);
    return command ? output_of(*command) : command.error().message();
  }

  fs::path dir_;
};

TEST(UserEnvironment, OrderedVariablesReplaceAndPathGetsOurs) {
  char first[] = "A=image";
  char second[] = "PATH=/bin";
  char* own[] = {first, second, nullptr};
  const std::vector<std::string> expected = {"A=task", "PATH=/bin:/osmo/usr/bin", "B="};
  EXPECT_EQ(environment_of(own, {{"A", "task"}, {"B", ""}, {"", "x"}, {"C=D", "x"}}, "/osmo/usr/bin"), expected);
}

TEST(UserEnvironment, ImageWithoutPathGetsTheUsualOne) {
  char* own[] = {nullptr};
  const auto environment = environment_of(own, {}, "/osmo/usr/bin");
  ASSERT_EQ(environment.size(), 1U);
  EXPECT_TRUE(environment[0].starts_with("PATH=/usr/local/sbin:"));
  EXPECT_TRUE(environment[0].ends_with("/bin:/osmo/usr/bin"));
}

TEST_F(CommandTest, ProgramIsFoundInPathAlsoRelativeToTheDirectory) {
  fs::create_directory(dir_ / "bin");
  const std::string program = file("bin/tool", "");
  EXPECT_EQ(find_program("tool", "/nowhere:" + (dir_ / "bin").string(), "").value(), program);
  EXPECT_EQ(find_program("tool", "bin", dir_).value(), "bin/tool");
  EXPECT_EQ(find_program("./tool", "bin", dir_).value(), "./tool");
  EXPECT_EQ(find_program("tool", "/nowhere", dir_).error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(find_program("", "bin", dir_).error().code(), ErrorCode::kInvalid);
}

TEST_F(CommandTest, RunsInItsDirectoryWithItsVariables) {
  EXPECT_EQ(run({"sh", "-c", "echo $WHO; pwd; cat; exit 3"}), "task\n" + dir_.string() + "\ncode 3");
}

TEST_F(CommandTest, LeadsASessionAndAGroup) {
  EXPECT_EQ(run({"sh", "-c", "set -- $(cat /proc/self/stat); [ $5 = $6 ] && [ $5 = $$ ] && echo yes"}), "yes\ncode 0");
}

TEST_F(CommandTest, FileWithoutAFirstLineIsAShellScript) {
  file("plain", "echo \"$0 $1\"\n");
  EXPECT_EQ(run({"./plain", "word"}), "./plain word\ncode 0");
}

TEST_F(CommandTest, WhatIsWrongIsSaid) {
  file("wrong", "#!/no/such/interpreter\n");
  const std::string there = dir_ / "wrong";
  EXPECT_NE(run({there}).find("the image lacks what " + there + " needs"), std::string::npos);
  EXPECT_EQ(run({"/no/such"}), "no such program: /no/such");
  EXPECT_EQ(run({dir_}), dir_.string() + " is not executable");
  EXPECT_EQ(run({"true", std::string(4'000'000, 'x')}).substr(0, 6), "start ");
  EXPECT_EQ(run({}), "there is no command to start");
  const auto elsewhere = Command::start({.argv = {"true"}, .environment = {}, .directory = "/no/dir"}, ::environ);
  EXPECT_EQ(elsewhere.error().message(), "no such directory: /no/dir");
  while (::wait(nullptr) > 0) {
  }
}

TEST_F(CommandTest, SignalReachesTheGroup) {
  auto command =
      Command::start({.argv = {"sh", "-c", "sleep 300 & wait"}, .environment = {}, .directory = ""}, ::environ);
  ASSERT_TRUE(command.ok());
  EXPECT_TRUE(command->signal_group(SIGKILL));
  EXPECT_EQ(output_of(*command), "code -9");
}

}  // namespace
}  // namespace sennit::user
