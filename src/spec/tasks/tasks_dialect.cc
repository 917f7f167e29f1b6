#include "spec/tasks/tasks_dialect.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "spec/source_view.h"
#include "spec/suggest.h"
#include "spec/tasks/template_stage.h"
#include "spec/tasks/workflow_reader.h"
#include "spec/yaml/parser.h"

namespace sennit::spec {
namespace {

constexpr auto kSections = std::to_array<std::string_view>({"workflow", "default-values", "version"});

// The sections that count, by name; complains about the others.
struct Parts {
  const Section* workflow = nullptr;
  const Section* defaults = nullptr;
  const Section* version = nullptr;
};

void report_unknown_section(const Section& section, Reporter& reporter) {
  const bool jobs = section.key == "jobs";
  reporter.error_at_offset(
      Code::kUnknownSection, section.at, static_cast<std::uint32_t>(section.key.size()),
      jobs ? std::string("a file has either 'workflow:' or 'jobs:', not both")
           : fmt::format("unknown section '{}': 'word:' at the beginning of a line begins a section", section.key),
      {.expected = "workflow or default-values; text inside a value must be indented",
       .suggestion = nearest(section.key, kSections)});
}

// Where the mark of a second document is that ends this section.
std::optional<std::size_t> document_mark(std::string_view section) {
  const std::size_t last = section.find_last_not_of(" \t\r\n");
  if (last == std::string_view::npos || last <= 2 || section.substr(last - 3, 4) != "\n---") return std::nullopt;
  return last - 2;
}

// What a second document repeats is no mistake of its own; without the mark the first one is as it should be.
void refuse_second_document(Section& before, std::size_t mark, const Section& section, Reporter& reporter) {
  reporter.error_at_offset(Code::kDuplicateSection, before.at + mark, 3,
                           fmt::format("a second YAML document begins here, with a section '{}'", section.key),
                           {.expected = "one document in a file", .suggestion = {}});
  before.text = before.text.substr(0, mark);
}

Parts sort_sections(std::vector<Section>& sections, Reporter& reporter) {
  Parts parts;
  for (std::size_t i = 0; i < sections.size(); ++i) {
    const Section& section = sections[i];
    const Section** part = nullptr;
    if (section.key == "workflow") part = &parts.workflow;
    if (section.key == "default-values") part = &parts.defaults;
    if (section.key == "version") part = &parts.version;
    const std::optional<std::size_t> mark =
        parts.workflow != nullptr ? document_mark(sections[i - 1].text) : std::nullopt;
    if (mark && (part == nullptr || *part != nullptr))
      refuse_second_document(sections[i - 1], *mark, section, reporter);
    if (mark) break;  // one that begins otherwise the reader of YAML will find
    if (part == nullptr) {
      report_unknown_section(section, reporter);
    } else if (*part != nullptr) {
      reporter.error_at_offset(Code::kDuplicateSection, section.at, static_cast<std::uint32_t>(section.key.size()),
                               fmt::format("a second section '{}'", section.key));
    } else {
      *part = &section;
    }
  }
  return parts;
}

// Comments and document markers before the first section are usual; anything else is lost, and its author should know.
void warn_of_lost_text(std::string_view source, const std::vector<Section>& sections, Reporter& reporter) {
  std::string_view rest = source.substr(0, sections.front().at);
  std::size_t at = 0;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size() - 1) + 1;
    const std::string_view line = rest.substr(0, end);
    const std::size_t first = line.find_first_not_of(" \t\r\n");
    if (first != std::string_view::npos && line[first] != '#' && !line.starts_with("---") && line[0] != '%') {
      reporter.warning_at_offset(Code::kIgnoredText, at + first, 1, "text before the first section is ignored");
      return;
    }
    rest.remove_prefix(end);
    at += end;
  }
}

void warn_of_version(const Section* version, Reporter& reporter) {
  if (version == nullptr) return;
  std::string_view value = version->text.substr(version->key.size() + 1);
  value = value.substr(0, value.find_first_of("#\n"));
  value.remove_prefix(std::min(value.find_first_not_of(" \"'"), value.size()));
  value = value.substr(0, value.find_last_not_of(" \"'\r") + 1);
  if (value == "2" || value == "2.0") return;
  reporter.warning_at_offset(Code::kNoEffect, version->at, 7, fmt::format("version {} has no effect", value),
                             {.expected = "version: 2", .suggestion = {}});
}

// One newline at the end belongs to the template, not to its last value, with or without a template.
std::string_view without_last_newline(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

struct Pool {
  std::string_view name;
  const PoolConfig* config = nullptr;
};

Pool choose_pool(const LoadOptions& options, const Config& config, Reporter& reporter) {
  const std::string& name = options.pool.empty() ? config.default_pool : options.pool;
  const auto found = config.pools.find(name);
  if (found != config.pools.end()) return {found->first, &found->second};
  static const PoolConfig kAnyPool;
  Nearest nearest(name);
  for (const auto& [pool, settings] : config.pools) nearest.consider(pool);
  reporter.error_in_general(Code::kUnknownPool, options.pool.empty() ? "" : "--pool",
                            fmt::format("there is no pool '{}'", name),
                            {.expected = "a pool of config.yaml", .suggestion = nearest.result()});
  return {name, &kAnyPool};
}

std::optional<Filled> fill_in(std::string_view source, const Parts& parts, bool templated, const LoadOptions& options,
                              const Limits& limits, Reporter& reporter) {
  std::optional<std::size_t> defaults_at;
  if (parts.defaults != nullptr) defaults_at = parts.defaults->at;
  const std::uint32_t errors = reporter.errors();
  const Reporter::Mark before = reporter.mark();
  const tmpl::Variables variables = template_variables(
      source, templated ? parts.workflow->text : std::string_view(), defaults_at,
      parts.defaults != nullptr ? parts.defaults->text : std::string_view(), options, limits, reporter);
  if (reporter.errors() > errors) return std::nullopt;
  if (!templated) return Filled{};
  std::optional<Filled> filled =
      render_section(source, parts.workflow->at, parts.workflow->text.size(), variables, limits, reporter);
  // The slip of a name has two ends; the one where a value is missing says more.
  if (reporter.errors() > errors) {
    reporter.forget_if(before, [](const Diagnostic& diagnostic) { return diagnostic.code == "SN160"; });
  }
  return filled;
}

// Where values are missing, names are not what they will be, nor is anything in the lines of those values.
void forget_doubtful(const std::vector<std::uint32_t>& lines, Reporter::Mark since, Reporter& reporter) {
  if (lines.empty()) return;
  reporter.forget_if(since, [&](const Diagnostic& diagnostic) {
    const bool names = diagnostic.code[2] == '3' || diagnostic.code[2] == '5' || diagnostic.code == "SN408";
    return names || diagnostic.line == 0 || std::ranges::find(lines, diagnostic.line) != lines.end();
  });
}

// What the text between tags that could not be followed can be blamed for.
void keep_misspelt_fields(Reporter::Mark since, Reporter& reporter) {
  const std::string unknown_field = fmt::format("SN{}", static_cast<unsigned>(Code::kUnknownField));
  reporter.forget_if(since, [&](const Diagnostic& diagnostic) {
    return diagnostic.code != unknown_field || diagnostic.suggestion.empty();
  });
  Reporter::Mark rest = reporter.mark();
  rest.more = since.more;
  reporter.rewind(rest);
}

}  // namespace

void load_tasks(std::string_view source, std::vector<Section> sections, const LoadOptions& options,
                const Config& config, Reporter& reporter, Loaded& loaded) {
  SourceView whole(source);
  reporter.look_at(whole);
  warn_of_lost_text(source, sections, reporter);
  const Parts parts = sort_sections(sections, reporter);
  warn_of_version(parts.version, reporter);
  const Pool pool = choose_pool(options, config, reporter);
  const EnvironmentList environment = environment_flags(options, reporter);
  const bool templated = needs_rendering(parts.workflow->text);
  std::optional<Filled> filled = fill_in(source, parts, templated, options, config.limits, reporter);
  if (!filled) return;
  tmpl::Rendered& rendered = filled->rendered;
  if (!templated && !(options.sets.empty() && options.set_strings.empty()) && parts.defaults == nullptr) {
    reporter.warning_in_general(Code::kSetUnused, "--set", "the file has no template: nothing is set");
  }
  SourceView view = templated ? SourceView(source, parts.workflow->at, rendered.text, rendered.map)
                              : SourceView(source, parts.workflow->at);
  reporter.look_at(view);
  const std::string_view yaml =
      templated ? std::string_view(rendered.text) : without_last_newline(parts.workflow->text);
  const Reporter::Mark before = reporter.mark();
  WorkflowReader reader(options, config.limits, *pool.config, pool.name, environment, reporter);
  loaded.workflow = reader.read(yaml);
  if (options.notes != Notes::kNone) loaded.notes = reader.take_notes();
  reporter.look_away();
  forget_doubtful(filled->doubtful, before, reporter);
  if (filled->between_tags) return keep_misspelt_fields(before, reporter);
  if (templated) loaded.rendered = std::move(rendered.text);
}

std::optional<std::string> render_tasks(std::string_view source, std::vector<Section> sections,
                                        const LoadOptions& options, const Config& config, Reporter& reporter) {
  SourceView whole(source);
  reporter.look_at(whole);
  const Parts parts = sort_sections(sections, reporter);
  const bool templated = needs_rendering(parts.workflow->text);
  std::optional<Filled> filled = fill_in(source, parts, templated, options, config.limits, reporter);
  reporter.look_away();
  if (!filled || reporter.has_errors()) return std::nullopt;
  return templated ? std::move(filled->rendered.text) : std::string(parts.workflow->text);
}

}  // namespace sennit::spec
