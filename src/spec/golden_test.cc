// Files with mistakes against exactly what is printed about them: golden/<name>.yaml and golden/<name>.txt.
//
// SENNIT_UPDATE_GOLDEN=1 writes the .txt files anew; read the difference before committing it.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "spec/load_fixture.h"

namespace sennit::spec {
namespace {

namespace fs = std::filesystem;

fs::path folder() { return fs::absolute(fs::path(__FILE__)).parent_path() / "golden"; }

std::string text_of(const fs::path& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::string printed(const fs::path& path) {
  const BundledFiles files(
      BundledFiles::Files{{"/home/ada/c", ""}, {"/home/ada/c.yaml", ""}, {"/home/ada/there.yaml", ""}});
  LoadOptions options = test_options();
  options.file = path.filename();
  options.files = &files;
  const Loaded loaded = load(text_of(path), options);
  return diagnostics_of(loaded);
}

TEST(Golden, MistakesAreToldAsWritten) {
  std::size_t count = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder())) {
    if (entry.path().extension() != ".yaml") continue;
    const fs::path expected = fs::path(entry.path()).replace_extension(".txt");
    if (std::getenv("SENNIT_UPDATE_GOLDEN") != nullptr) std::ofstream(expected) << printed(entry.path());
    EXPECT_EQ(printed(entry.path()), text_of(expected)) << entry.path().filename();
    ++count;
  }
  EXPECT_GT(count, 20U);
}

}  // namespace
}  // namespace sennit::spec
