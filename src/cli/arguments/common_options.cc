#include "cli/arguments/common_options.h"

#include <algorithm>

namespace sennit::cli {
namespace {

bool uses(const Declaration& command, std::string_view name) {
  return std::any_of(command.options.begin(), command.options.end(), [name](const Option& option) {
    const std::vector<std::string_view> names = names_of(option);
    return std::find(names.begin(), names.end(), name) != names.end();
  });
}

}  // namespace

std::vector<Option> common_options(CommonOptions& options, const Declaration& command) {
  const bool yaml = command.formats == Formats::kYamlToo;
  std::vector<std::string_view> formats{"table", "wide", "json", "jsonl"};
  if (yaml) formats.push_back("yaml");
  return {
      {.names = "-o,--output",
       .value = "FORMAT",
       .help = yaml ? "table, wide, json, jsonl (one object a line) or yaml"
                    : "table, wide, json or jsonl (one object a line)",
       .target = &options.output,
       .choices = std::move(formats)},
      {.names = uses(command, "-t") ? "--format-type" : "-t,--format-type",
       .value = "FORMAT",
       .help = "text or json; the same as -o table and -o json",
       .target = &options.format_type,
       .choices = {"text", "json"}},
      {.names = "--color",
       .value = "WHEN",
       .help = "auto, always or never; NO_COLOR is obeyed",
       .target = &options.color,
       .choices = {"auto", "always", "never"}},
      {.names = uses(command, "-q") ? "--quiet" : "-q,--quiet",
       .value = "",
       .help = "only errors and warnings on stderr",
       .target = &options.quiet},
      {.names = "-h,--help", .value = "", .help = "what the command does and takes", .target = &options.help},
  };
}

}  // namespace sennit::cli
