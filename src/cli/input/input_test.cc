#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cli/input/recording_files.h"
#include "cli/input/submission_options.h"
#include "cli/input/workflow_file.h"

namespace sennit::cli {
namespace {

class ReadWorkflowFile : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/sn-input-XXXXXX";
    ASSERT_NE(::mkdtemp(name), nullptr);
    base_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(base_); }

  void write(const std::string& name, std::string_view text) { std::ofstream(base_ + "/" + name) << text; }
  Result<WorkflowFile> read(const std::string& name) {
    return read_workflow_file(base_ + "/" + name, "/somewhere", 1000);
  }
  std::string error_of(const std::string& name) {
    const Result<WorkflowFile> file = read(name);
    return file ? "accepted" : file.error().message();
  }

  std::string base_;
};

TEST_F(ReadWorkflowFile, TextAndDirectory) {
  write("flow.yaml", "jobs: [] # ✓\n");
  const Result<WorkflowFile> file = read("flow.yaml");
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(file->text, "jobs: [] # ✓\n");
  EXPECT_EQ(file->directory, base_);
}

TEST_F(ReadWorkflowFile, SimilarNameIsOffered) {
  write("flow.yaml", "");
  EXPECT_EQ(error_of("flwo.yaml"),
            "there is no file '" + base_ + "/flwo.yaml'; did you mean '" + base_ + "/flow.yaml'?");
  EXPECT_EQ(error_of("entirely-else"), "there is no file '" + base_ + "/entirely-else'");
  EXPECT_EQ(error_of("no/where.yaml"), "there is no directory '" + base_ + "/no'");
}

TEST_F(ReadWorkflowFile, DirectoryIsSaidToBeOne) {
  EXPECT_EQ(error_of(""), "'" + base_ + "/' is a directory; name a workflow file in it");
}

TEST_F(ReadWorkflowFile, LimitIsNamed) {
  write("big", std::string(1001, 'x'));
  EXPECT_EQ(error_of("big"), "'" + base_ + "/big' is bigger than 1000 bytes, the limit file_size");
  write("fits", std::string(1000, 'x'));
  EXPECT_EQ(error_of("fits"), "accepted");
}

TEST(ParseGpuList, ListsAndRanges) {
  const auto bits = [](std::string_view text) {
    const Result<GpuSet> gpus = parse_gpu_list(text);
    return gpus ? to_string(*gpus) : "refused";
  };
  EXPECT_EQ(bits("0"), "0");
  EXPECT_EQ(bits("3,1"), "1,3");
  EXPECT_EQ(bits("0-3,6"), "0,1,2,3,6");
  for (const char* text : {"", "a", "1,", ",1", "64", "-1", "1-", "3-1", "1 2"})
    EXPECT_EQ(bits(text), "refused") << text;
}

TEST(LocalCheck, LargeFilesAreLeftToTheServerUnlessTheyNameLocalFiles) {
  const std::string large(2 << 20, '#');
  EXPECT_EQ(local_check_for("jobs: []"), LocalCheck::kDo);
  EXPECT_EQ(local_check_for(large), LocalCheck::kLeaveToServer);
  EXPECT_EQ(local_check_for(large + "\nlocalpath: x"), LocalCheck::kDo);
  EXPECT_EQ(local_check_for(large + "\xff"), LocalCheck::kDo);
}

TEST(RecordingFiles, KeepsWhatWasRead) {
  const spec::BundledFiles bundled({{"/a", "text"}, {"/b", "other"}});
  const RecordingFiles files(bundled);
  EXPECT_TRUE(files.exists("/b"));
  EXPECT_TRUE(files.read("/a", 100).ok());
  EXPECT_FALSE(files.read("/c", 100).ok());
  EXPECT_EQ(files.take(), (std::map<std::string, std::string>{{"/a", "text"}}));
}

}  // namespace
}  // namespace sennit::cli
