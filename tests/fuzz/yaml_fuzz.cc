// config.yaml and the YAML reader below it. Whatever the text, there is a configuration, and mistakes have a code.
// rooms: spec
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "spec/config/config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sennit::spec;
  ConfigSources sources;
  sources.files.push_back({ConfigSource::kUser, "config.yaml", std::string(reinterpret_cast<const char*>(data), size)});
  sources.flags.emplace_back("server.slots", sources.files[0].text);
  const LoadedConfig loaded = load_config(sources);
  for (const Diagnostic& diagnostic : loaded.diagnostics) {
    if (diagnostic.code.empty() || render(diagnostic, Color::kOff).empty()) std::abort();
  }
  return 0;
}
