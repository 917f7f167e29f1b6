// A file that is valid, rendered as `render -o yaml` does it: what comes out is valid, means the same, and renders to
// itself. Converted to the other format it is valid, too, or refused with a reason.
// rooms: spec
// seeds: examples/tasks examples/jobs examples/sweep examples/digits src/spec/write/golden
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "spec/convert/convert.h"
#include "spec/load.h"
#include "spec/write/workflow_file.h"

using namespace std::literals;

namespace {

sennit::spec::LoadOptions options_for(const sennit::spec::Config& config) {
  sennit::spec::LoadOptions options;
  options.directory = "/work";
  options.file_directory = "/work";
  options.variable = [](std::string_view) { return "${x}"; };
  options.config = &config;
  options.notes = sennit::spec::Notes::kPlaces;
  return options;
}

void check_conversion(const sennit::spec::Loaded& loaded) {
  const sennit::spec::Converted converted =
      sennit::spec::convert(*loaded.workflow, *loaded.notes, {.directory = "/work", .image = "oumi:latest"});
  // That a result would be invalid is said where it is found out; it is a mistake of ours.
  for (const sennit::spec::Diagnostic& diagnostic : converted.diagnostics) {
    if (diagnostic.message.find("would not be a valid file"sv) != std::string::npos) std::abort();
  }
  if (!converted.text && converted.diagnostics.empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  sennit::spec::Config config;
  config.limits.tasks = 1000;
  config.limits.template_steps = 100'000;
  config.limits.template_output = 1u << 20;
  const sennit::spec::LoadOptions options = options_for(config);
  const sennit::spec::Loaded first = sennit::spec::load(text, options);
  if (!first.ok()) return 0;
  const sennit::Result<std::string> once = sennit::spec::write_workflow_file(*first.workflow, *first.notes);
  if (!once) std::abort();
  const sennit::spec::Loaded second = sennit::spec::load(*once, options);
  if (!second.ok() || encode(*first.workflow) != encode(*second.workflow)) std::abort();
  const sennit::Result<std::string> twice = sennit::spec::write_workflow_file(*second.workflow, *second.notes);
  if (!twice || *twice != *once) std::abort();
  check_conversion(first);
  return 0;
}
