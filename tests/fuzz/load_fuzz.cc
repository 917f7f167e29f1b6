// A submitted file, read and checked. Whatever it holds, there is a workflow or a list of mistakes, in bounded time.
// rooms: spec
// seeds: build/fuzz/seeds/files examples/tasks examples/jobs examples/sweep examples/digits
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "spec/load.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  sennit::spec::Config config;
  config.limits.tasks = 1000;
  config.limits.template_steps = 100'000;
  config.limits.template_output = 1u << 20;
  sennit::spec::LoadOptions options;
  options.directory = "/work";
  options.file_directory = "/work";
  options.config = &config;
  const sennit::spec::Loaded loaded = sennit::spec::load(text, options);
  // A file that is refused without a reason would be a bug as bad as a crash.
  if (!loaded.ok() && loaded.diagnostics.empty()) std::abort();
  return 0;
}
