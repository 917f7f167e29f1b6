#include "spec/load.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "spec/jobs/jobs_reader.h"
#include "spec/labels.h"
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

constexpr auto kDialects = std::to_array<std::string_view>({"workflow", "jobs"});

bool has_section(const std::vector<Section>& sections, std::string_view key) {
  return std::ranges::find(sections, key, &Section::key) != sections.end();
}

struct OuterKey {
  std::string text;
  Span at;
};

// The keys of the outermost map, however it is written.
std::vector<OuterKey> outer_keys(std::string_view text, const Limits& limits) {
  std::vector<OuterKey> keys;
  if (text.size() > kGuessedSize) return keys;
  Reporter silent({}, 0);
  YamlParser parser(text, limits, silent);
  const std::optional<YamlValue> root = parser.root();
  if (!root || !root->is_mapping()) return keys;
  MapCursor cursor(parser, *root);
  while (const std::optional<MapCursor::Entry> entry = cursor.next()) {
    if (keys.size() < 100) keys.push_back({std::string(entry->key->text), entry->key->at});
    parser.tree(entry->value);
  }
  return keys;
}

constexpr std::size_t kShownWord = 60;
constexpr std::string_view kForms = "workflow: (tasks and groups) or jobs: (verbs and configs) at the top level";

// Where a file that is no map of sections begins.
void report_beginning(std::string_view text, Reporter& reporter) {
  std::size_t line = 0;
  std::size_t content = text.find_first_not_of(" \t\r\n");
  while (content != std::string_view::npos && text[content] == '#') {
    line = text.find('\n', content);
    content = line == std::string_view::npos ? line : text.find_first_not_of(" \t\r\n", line);
  }
  if (content == std::string_view::npos) {
    reporter.error_in_general(Code::kNoDialect, {}, "the file is empty",
                              {.expected = std::string(kForms), .suggestion = {}});
    return;
  }
  std::string_view word = text.substr(content);
  word = word.substr(0, word.find_first_of(" \t\r\n:"));
  const auto length = static_cast<std::uint32_t>(std::min(word.size(), kShownWord));
  const std::string near = nearest(word, kDialects);
  if (near == word) {
    reporter.error_at_offset(Code::kNoDialect, content, length, fmt::format("a ':' is missing after '{}'", word),
                             {.expected = fmt::format("'{}:'", word), .suggestion = {}});
    return;
  }
  reporter.error_at_offset(Code::kNoDialect, content, length, "neither 'workflow:' nor 'jobs:' found",
                           {.expected = std::string(kForms), .suggestion = near});
}

void report_neither(std::string_view text, const std::vector<OuterKey>& keys, Reporter& reporter) {
  const auto found = std::ranges::find(keys, "workflow", &OuterKey::text);
  if (found != keys.end()) {
    reporter.error(Code::kNoDialect, found->at, "'workflow:' does not stand at the beginning of a line",
                   {.expected = "workflow: in the first column, without quotes", .suggestion = {}});
    return;
  }
  for (const OuterKey& key : keys) {
    const std::string near = nearest(key.text, kDialects);
    if (near.empty()) continue;
    reporter.error(Code::kNoDialect, key.at, "neither 'workflow:' nor 'jobs:' found",
                   {.expected = std::string(kForms), .suggestion = near});
    return;
  }
  report_beginning(text, reporter);
}

Form recognise(std::string_view text, const std::vector<Section>& sections, const Limits& limits, Reporter& reporter) {
  if (has_section(sections, "workflow")) return Form::kTasks;
  if (has_section(sections, "jobs")) return Form::kJobs;
  const std::vector<OuterKey> keys = outer_keys(text, limits);
  if (std::ranges::find(keys, "jobs", &OuterKey::text) != keys.end()) return Form::kJobs;
  report_neither(text, keys, reporter);
  return Form::kNeither;
}

void report_bad_utf8(std::string_view text, std::size_t at, Reporter& reporter) {
  // The line is shown, so it must be text itself: each wrong byte as a '?'.
  std::string shown(text.substr(0, text.find_first_of("\r\n", at)));
  for (std::size_t bad = at; bad != std::string::npos; bad = first_bad_utf8(shown)) shown[bad] = '?';
  SourceView view(shown);
  reporter.look_at(view);
  reporter.error_at_offset(
      Code::kNotUtf8, at, 1, fmt::format("the byte 0x{:02X} is not UTF-8 text", static_cast<unsigned char>(text[at])),
      {.expected = "a file saved as UTF-8; other contents as files with 'base64: true'", .suggestion = {}});
  reporter.look_away();
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
    SourceView first("(UTF-16)");
    reporter.look_at(first);
    reporter.error(Code::kNotUtf8, {}, "the file is UTF-16 text",
                   {.expected = "a file saved as UTF-8", .suggestion = {}});
    reporter.look_away();
    return false;
  }
  if (const std::size_t bad = first_bad_utf8(text); bad != std::string_view::npos) {
    report_bad_utf8(text, bad, reporter);
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
  if (options.notes != Notes::kNone) loaded.notes = reader.take_notes();
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
  Labels none;
  add_label_flags(reporter, config.limits, options.labels, loaded.workflow ? loaded.workflow->labels : none);
  if (loaded.workflow) check_label_policies(reporter, config, loaded.workflow->labels);
  if (reporter.has_errors()) loaded.workflow.reset();
  if (!loaded.workflow) loaded.notes.reset();
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
