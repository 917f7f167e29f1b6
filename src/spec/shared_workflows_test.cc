// Other people's files, which lie beside the repository where it is developed and are not part of it.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "spec/load_fixture.h"
#include "spec/write/stable_fixture.h"

namespace sennit::spec {
namespace {

namespace fs = std::filesystem;

fs::path shared_folder() { return fs::absolute(fs::path(__FILE__)).parent_path() / "../../../shared/workflows"; }

// Whatever a file names beside it exists.
class Everything final : public FileAccess {
 public:
  bool exists(std::string_view /*path*/) const override { return true; }
  Result<std::string> read(std::string_view /*path*/, std::uint64_t /*max*/) const override { return std::string("x"); }
};

class SharedWorkflows : public testing::TestWithParam<const char*> {};

TEST_P(SharedWorkflows, AllLoad) {
  const fs::path folder = shared_folder() / GetParam();
  if (!fs::exists(folder)) GTEST_SKIP() << folder << " is not there";
  const Everything files;
  std::size_t count = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    std::stringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    LoadOptions options = test_options();
    options.file = entry.path().filename();
    options.files = &files;
    options.advice = Advice::kGive;
    if (text.str().find("storage_url") != std::string::npos) options.sets = {"storage_url=s3://bucket"};
    const Loaded loaded = load(text.str(), options);
    EXPECT_TRUE(loaded.ok()) << diagnostics_of(loaded);
    EXPECT_EQ(diagnostics_of(loaded), "") << "other people's files deserve no warnings either";
    expect_stable(text.str(), options);
    ++count;
  }
  EXPECT_GT(count, 0U);
}

INSTANTIATE_TEST_SUITE_P(Both, SharedWorkflows, testing::Values("osmo", "oumi"),
                         [](const testing::TestParamInfo<const char*>& param) { return std::string(param.param); });

}  // namespace
}  // namespace sennit::spec
