// config.yaml and the YAML reader below it. Whatever the text, there is a configuration, and mistakes have a code.
// rooms: spec
// seeds: build/fuzz/seeds/files
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "spec/config/config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  sennit::spec::ConfigSources sources;
  sources.files.push_back(
      {sennit::spec::ConfigSource::kUser, "config.yaml", std::string(reinterpret_cast<const char*>(data), size)});
  sources.flags.emplace_back("server.slots", sources.files[0].text);
  const sennit::spec::LoadedConfig loaded = sennit::spec::load_config(sources);
  for (const sennit::spec::Diagnostic& diagnostic : loaded.diagnostics) {
    if (diagnostic.code.empty() || render(diagnostic, sennit::spec::Color::kOff).empty()) std::abort();
  }
  return 0;
}
