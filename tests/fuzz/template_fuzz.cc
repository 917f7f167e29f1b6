// A template, rendered within small limits.
// rooms: spec
// seeds: build/fuzz/seeds/files examples/tasks
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "spec/template/render.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  sennit::spec::tmpl::RenderOptions options;
  options.max_steps = 100'000;
  options.max_output_bytes = 1u << 20;
  options.max_value_bytes = 1u << 20;
  options.max_depth = 200;
  static_cast<void>(sennit::spec::tmpl::render(text, {}, options));
  return 0;
}
