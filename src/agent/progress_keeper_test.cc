// What a task tells in its file.
#include "agent/progress_keeper.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

namespace sennit::agent {
namespace {

class ToldInAFile : public testing::Test {
 protected:
  ToldInAFile() { std::filesystem::create_directory(folder_); }
  ~ToldInAFile() override { std::filesystem::remove_all(folder_); }

  void append(const std::string& text) { std::ofstream(path_, std::ios::app) << text; }
  void write_anew(const std::string& text) { std::ofstream(path_) << text; }
  // The step that is known then; nothing: it has not changed.
  std::optional<double> step() {
    now_ = now_ + std::chrono::seconds(1);
    keeper_.read_told(path_, now_);
    if (!keeper_.settle(now_)) return std::nullopt;
    return value_of(keeper_.latest(), "step");
  }

  std::string folder_ = testing::TempDir() + "/told_" + std::to_string(::getpid());
  std::string path_ = folder_ + "/progress";
  Instant now_ = Instant() + std::chrono::seconds(1'700'000'000);
  ProgressKeeper keeper_{"", folder_ + "/series", nullptr};
};

TEST_F(ToldInAFile, LinesThatAreAppended) {
  append("{\"step\": 1}\n");
  EXPECT_EQ(step(), 1);
  EXPECT_EQ(step(), std::nullopt);
  append("{\"step\": 2}\n{\"st");
  EXPECT_EQ(step(), 2);
  append("ep\": 3}\n");
  EXPECT_EQ(step(), 3);
}

TEST_F(ToldInAFile, OneLineThatIsWrittenAnew) {
  for (const int each : {8, 9, 10, 11, 5}) {
    write_anew("{\"step\": " + std::to_string(each) + "}\n");
    EXPECT_EQ(step(), each);
  }
}

TEST_F(ToldInAFile, ALongLineThatIsWrittenAnew) {
  const std::string rest = ", \"note\": \"" + std::string(800, 'x') + "\"}\n";
  for (const int each : {1, 2, 3}) {
    write_anew("{\"step\": " + std::to_string(each) + rest);
    EXPECT_EQ(step(), each);
  }
}

TEST_F(ToldInAFile, AFileThatIsPutInItsPlace) {
  write_anew("{\"step\": 1}\n");
  EXPECT_EQ(step(), 1);
  std::ofstream(folder_ + "/next") << "{\"step\": 2}\n";
  std::filesystem::rename(folder_ + "/next", path_);
  EXPECT_EQ(step(), 2);
}

TEST_F(ToldInAFile, MuchAtOnceIsReadFromItsEnd) {
  std::string text;
  for (int i = 0; i < 40'000; ++i) text += "{\"step\": " + std::to_string(i) + "}\n";
  append(text);
  EXPECT_EQ(step(), 39'999);
  append("{\"step\": 40000}\n");
  EXPECT_EQ(step(), 40'000);
}

}  // namespace
}  // namespace sennit::agent
