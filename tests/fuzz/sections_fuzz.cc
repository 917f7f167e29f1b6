// A file of the tasks dialect, cut into its sections: they are parts of the text, in its order, and do not overlap.
// rooms: spec
// seeds: build/fuzz/seeds/files
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "spec/tasks/sections.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kLimit = 8;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto sections = sennit::spec::split_sections(text, kLimit);
  if (sections.size() > kLimit) std::abort();
  std::size_t end = 0;
  for (const sennit::spec::Section& section : sections) {
    const bool first_in_line = section.at == 0 || text[section.at - 1] == '\n' || text[section.at - 1] == '\r';
    if (section.at < end || text.substr(section.at, section.text.size()) != section.text) std::abort();
    if (!section.text.starts_with(section.key) || (section.at > 0 && end == 0 && !first_in_line)) std::abort();
    end = section.at + section.text.size();
    static_cast<void>(sennit::spec::needs_rendering(section.text));
  }
  return 0;
}
