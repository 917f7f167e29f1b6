#include "spec/load.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "spec/jobs/jobs_reader.h"
#include "spec/reporter.h"
#include "spec/suggest.h"
#include "spec/tasks/sections.h"
#include "spec/tasks/tasks_dialect.h"
#include "spec/yaml/parser.h"

namespace sennit::spec {
namespace {

enum class Form : std::uint8_t { kNeither, kTasks, kJobs };

// Up to this size a file without a usual beginning is parsed to see what it is.
constexpr std::size_t kGuessedSize = 4 << 20;

bool has_section(const std::vector<Section>& sections, std::string_view key) {
  return std::ranges::find(sections, key, &Section::key) != sections.end();
}

// The keys of the outermost map, however it is written.
std::vector<std::string> outer_keys(std::string_view text, const Limits& limits) {
  std::vector<std::string> keys;
  if (text.size() > kGuessedSize) return keys;
  Reporter silent({}, 0);
  YamlParser parser(text, limits, silent);
  const std::optional<YamlValue> root = parser.root();
  if (!root || !root->is_mapping()) return keys;
  MapCursor cursor(parser, *root);
  while (const std::optional<MapCursor::Entry> entry = cursor.next()) {
    if (keys.size() < 100) keys.emplace_back(entry->key->text);
    parser.tree(entry->value);
  }
  return keys;
}

void report_neither(const std::vector<Section>& sections, const std::vector<std::string>& keys, Reporter& reporter) {
  static constexpr auto kWanted = std::to_array<std::string_view>({"workflow", "jobs"});
  if (std::ranges::find(keys, "workflow") != keys.end()) {
    reporter.error_in_general(Code::kNoDialect, {}, "'workflow:' does not stand at the beginning of a line",
                              {.expected = "workflow: in the first column, without quotes", .suggestion = {}});
    return;
  }
  for (const Section& section : sections) {
    const std::string near = nearest(section.key, kWanted);
    if (near.empty()) continue;
    reporter.error_at_offset(
        Code::kNoDialect, section.at, static_cast<std::uint32_t>(section.key.size()),
        "neither 'workflow:' nor 'jobs:' found",
        {.expected = "workflow: (tasks and groups) or jobs: (verbs and configs) at the top level", .suggestion = near});
    return;
  }
  reporter.error_in_general(
      Code::kNoDialect, {}, "neither 'workflow:' nor 'jobs:' found",
      {.expected = "workflow: (tasks and groups) or jobs: (verbs and configs) at the top level", .suggestion = {}});
}

Form recognise(std::string_view text, const std::vector<Section>& sections, const Limits& limits, Reporter& reporter) {
  if (has_section(sections, "workflow")) return Form::kTasks;
  if (has_section(sections, "jobs")) return Form::kJobs;
  const std::vector<std::string> keys = outer_keys(text, limits);
  if (std::ranges::find(keys, "jobs") != keys.end()) return Form::kJobs;
  report_neither(sections, keys, reporter);
  return Form::kNeither;
}

// What can be said before any reading. Drops a byte order mark.
bool is_readable(std::string_view& text, const Limits& limits, Reporter& reporter) {
  if (text.size() > limits.file_bytes) {
    reporter.error_in_general(
        Code::kFileTooLarge, {},
        fmt::format("the file has {} bytes, the limit file_size is {}", text.size(), limits.file_bytes));
    return false;
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    reporter.error_in_general(Code::kNotUtf8, {}, "the file is UTF-16 text",
                              {.expected = "a file saved as UTF-8", .suggestion = {}});
    return false;
  }
  return true;
}

void refuse_template_flags(const LoadOptions& options, Reporter& reporter) {
  if (options.sets.empty() && options.set_strings.empty()) return;
  reporter.error_in_general(Code::kSetUnused, options.sets.empty() ? "--set-string" : "--set",
                            "a jobs file has no template variables",
                            {.expected = "an environment variable and ${NAME} in the file", .suggestion = {}});
}

void load_jobs(std::string_view text, const LoadOptions& options, const Config& config, Reporter& reporter,
               Loaded& loaded) {
  refuse_template_flags(options, reporter);
  SourceView view(text);
  reporter.look_at(view);
  JobsReader reader(options, config, reporter);
  loaded.workflow = reader.read(text);
  reporter.look_away();
  loaded.tui = reader.header().tui;
  loaded.cost_per_gpu_hour = reader.header().cost_per_gpu_hour;
}

const Config& config_of(const LoadOptions& options) {
  static const Config kDefaults;
  return options.config != nullptr ? *options.config : kDefaults;
}

}  // namespace

Loaded load(std::string_view text, const LoadOptions& options) {
  const Config& config = config_of(options);
  Reporter reporter(options.file, config.limits.diagnostics);
  Loaded loaded;
  if (is_readable(text, config.limits, reporter)) {
    const std::vector<Section> sections = split_sections(text, kMostSections);
    SourceView view(text);
    reporter.look_at(view);
    const Form form = recognise(text, sections, config.limits, reporter);
    reporter.look_away();
    if (form == Form::kTasks) load_tasks(text, sections, options, config, reporter, loaded);
    if (form == Form::kJobs) load_jobs(text, options, config, reporter, loaded);
  }
  if (reporter.has_errors()) loaded.workflow.reset();
  loaded.more = reporter.more();
  loaded.diagnostics = reporter.take();
  return loaded;
}

Rendered render_file(std::string_view text, const LoadOptions& options) {
  const Config& config = config_of(options);
  Reporter reporter(options.file, config.limits.diagnostics);
  Rendered rendered;
  if (is_readable(text, config.limits, reporter)) {
    const std::vector<Section> sections = split_sections(text, kMostSections);
    SourceView view(text);
    reporter.look_at(view);
    const Form form = recognise(text, sections, config.limits, reporter);
    reporter.look_away();
    if (form == Form::kTasks) rendered.text = render_tasks(text, sections, options, config, reporter);
    if (form == Form::kJobs) rendered.text = std::string(text);
  }
  rendered.diagnostics = reporter.take();
  return rendered;
}

}  // namespace sennit::spec
