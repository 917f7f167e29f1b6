#include "spec/tasks/template_stage.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <set>
#include <span>

#include "spec/source_view.h"
#include "spec/suggest.h"
#include "spec/tasks/between_tags.h"
#include "spec/tasks/task_reader.h"
#include "spec/tasks/template_words.h"
#include "spec/template/assignment.h"
#include "spec/template/filters.h"
#include "spec/values.h"
#include "spec/yaml/parser.h"

namespace sennit::spec {
namespace {

tmpl::Value number_value(std::string_view text) {
  const tmpl::Integer value = int_value(text);
  if (const auto* small = std::get_if<std::int64_t>(&value)) return *small;
  return tmpl::Value::big_int(to_string(value));
}

tmpl::Value scalar_value(const Node& node) {
  switch (node.type) {
    case ScalarType::kNull: return {};
    case ScalarType::kBool: return bool_value(node.text);
    case ScalarType::kInt: return number_value(node.text);
    case ScalarType::kFloat: return float_value(node.text);
    case ScalarType::kTimestamp: return python_text(node.type, node.text);
    case ScalarType::kText:
    case ScalarType::kMerge:
    case ScalarType::kValue: break;
  }
  return node.text;
}

Code code_of(tmpl::ErrorKind kind) {
  switch (kind) {
    case tmpl::ErrorKind::kUnknownTag:
    case tmpl::ErrorKind::kSyntax: return Code::kTemplateSyntax;
    case tmpl::ErrorKind::kUndefined: return Code::kTemplateUndefined;
    case tmpl::ErrorKind::kUnknownFilter:
    case tmpl::ErrorKind::kUnknownTest: return Code::kTemplateUnknownName;
    case tmpl::ErrorKind::kMissing:
    case tmpl::ErrorKind::kType:
    case tmpl::ErrorKind::kValue: return Code::kTemplateValue;
    case tmpl::ErrorKind::kSecurity: return Code::kTemplateForbidden;
    case tmpl::ErrorKind::kLimit: return Code::kTemplateLimit;
    case tmpl::ErrorKind::kUnsupported: return Code::kTemplateUnsupported;
  }
  return Code::kTemplateSyntax;
}

constexpr auto kTokens = std::to_array<std::string_view>({"output", "workflow_id", "input", "host"});

// {{inputs:0}} is no expression; what was meant may be a token.
std::string nearest_token(const tmpl::RenderError& error, std::string_view section) {
  const std::size_t open = section.rfind("{{", error.at.offset);
  if (open == std::string_view::npos) return {};
  const std::string_view inside = section.substr(open + 2);
  const std::size_t end = inside.find("}}");
  const std::size_t colon = inside.substr(0, end).find(':');
  if (colon == std::string_view::npos || open + 2 + colon != error.at.offset) return {};
  const std::string near = nearest(inside.substr(0, colon), std::span(kTokens).subspan(2));
  if (near.empty() || near == inside.substr(0, colon)) return {};
  return fmt::format("{{{{{}{}}}}}", near, inside.substr(colon, end - colon));
}

Help help_for_variable(const std::string& name, const tmpl::Variables& variables) {
  Help help;
  Nearest nearest(name);
  for (const auto& [variable, value] : variables) nearest.consider(variable);
  for (const std::string_view token : std::span(kTokens).first(2)) {
    nearest.consider(token);
    if (name == token) help.expected = fmt::format("'{{{{{}}}}}' without spaces for the token", token);
  }
  help.suggestion = nearest.result();
  if (help.suggestion.empty() && help.expected.empty()) {
    help.expected = fmt::format("a value in default-values, or --set {}=...", name);
  }
  return help;
}

Help help_for(const tmpl::RenderError& error, std::string_view section, const tmpl::Variables& variables) {
  switch (error.kind) {
    case tmpl::ErrorKind::kUndefined: return help_for_variable(error.name, variables);
    case tmpl::ErrorKind::kMissing:
      return {.expected = "a part that the value has, or |default(...)", .suggestion = {}};
    case tmpl::ErrorKind::kUnknownFilter:
      return {.expected = "a filter of Jinja", .suggestion = nearest(error.name, tmpl::filter_names())};
    case tmpl::ErrorKind::kUnknownTest:
      return {.expected = "a test of Jinja", .suggestion = nearest(error.name, tmpl::test_names())};
    case tmpl::ErrorKind::kUnknownTag:
      return {.expected = "a tag of Jinja", .suggestion = nearest(error.name, tmpl::tag_names())};
    case tmpl::ErrorKind::kLimit:
      return {.expected =
                  "a smaller template; limits.template_steps and limits.template_output in config.yaml set the bounds",
              .suggestion = {}};
    case tmpl::ErrorKind::kSyntax: return {.expected = {}, .suggestion = nearest_token(error, section)};
    case tmpl::ErrorKind::kType:
    case tmpl::ErrorKind::kValue:
    case tmpl::ErrorKind::kSecurity:
    case tmpl::ErrorKind::kUnsupported: break;
  }
  return {};
}

// Values that Python takes for "nothing there".
bool is_falsy(const Node& node) {
  if (!node.is_scalar()) return node.count == 0;
  if (node.type == ScalarType::kBool) return !bool_value(node.text);
  return node.is_null() || node.text.empty() || node.text == "0";
}

void warn_of_odd_numbers(Reporter& reporter, const Node& node, std::string_view what) {
  warn_of_odd_number(reporter, node, what);
  for (const Node& child : Children(node)) warn_of_odd_numbers(reporter, child, what);
}

void add_defaults(const Node& root, const TemplateWords& words, tmpl::Variables& variables, Reporter& reporter) {
  const Node* value = root.is_mapping() ? root.first : nullptr;
  if (value == nullptr || is_falsy(*value)) return;
  if (!value->is_mapping()) {
    reporter.error(Code::kBadDefaults, value->at,
                   fmt::format("'default-values' must be a map, not {}", describe(*value)),
                   {.expected = "lines of 'variable: value'", .suggestion = {}});
    return;
  }
  for (const Node& entry : Children(*value)) {
    std::string name = python_text(entry.key->type, entry.key->text);
    if (!words.all.contains(name)) {
      reporter.warning(Code::kUnusedDefault, entry.key->at, fmt::format("nothing in the workflow uses '{}'", name));
    }
    warn_of_odd_numbers(reporter, entry, fmt::format("the default of '{}'", name));
    variables.insert_or_assign(std::move(name), to_template_value(entry));
  }
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  const auto same = [text](std::string_view word) { return edit_distance(text, word, 0) == 0; };  // but for case
  return std::any_of(words.begin(), words.end(), same);
}

// --set knows no true and false: as texts both count as true.
void warn_of_word(const tmpl::Assignment& set, const TemplateWords& words, const tmpl::Variables& variables,
                  Reporter& reporter) {
  const auto* text = std::get_if<std::string>(&set.value.data());
  if (text == nullptr) return;
  const bool off = is_one_of(*text, {"false", "no", "off", "none", "null"});
  const auto before = variables.find(set.name);
  const bool is_switch = before != variables.end() && std::holds_alternative<bool>(before->second.data());
  const bool differs = is_switch && (off || is_one_of(*text, {"true", "yes", "on"}));
  if (!differs && !(off && words.asked.contains(set.name))) return;
  reporter.warning_in_general(
      Code::kSetIsText, "--set",
      off ? fmt::format("'{}' is a text for '{}', and counts as true in a condition", *text, set.name)
          : fmt::format("'{}' is a text for '{}', whose default is true or false", *text, set.name),
      {.expected = fmt::format("--set {}={}", set.name, off ? 0 : 1), .suggestion = {}});
}

// `words` is nullptr where there is no template.
void add_flag(std::string_view flag, const TemplateWords* words, std::string_view argument,
              Result<tmpl::Assignment> assignment, tmpl::Variables& variables, Reporter& reporter) {
  if (!assignment) {
    reporter.error_in_general(Code::kBadSet, flag, fmt::format("'{}' is not an assignment", argument),
                              {.expected = fmt::format("{} name=value", flag), .suggestion = {}});
    return;
  }
  const std::string& name = assignment->name;
  if (words != nullptr && !variables.contains(name) && !words->all.contains(name)) {
    Nearest nearest(name);
    for (const auto& [variable, value] : variables) nearest.consider(variable);
    reporter.warning_in_general(Code::kSetUnused, flag,
                                fmt::format("the file has no variable '{}': nothing is set", name),
                                {.expected = {}, .suggestion = nearest.result()});
  }
  variables.insert_or_assign(name, std::move(assignment->value));
}

// {{ matrix.lr }} is filled in when the YAML is read, for each item that a `matrix` stands for: to the template it is a
// value that writes itself.
void add_matrix_tokens(std::string_view section, tmpl::Variables& variables) {
  if (section.find("matrix:") == std::string_view::npos) return;
  constexpr std::string_view kPrefix = "matrix.";
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  tmpl::Value::Map axes;
  std::set<std::string_view> names;
  for (std::size_t at = section.find(kPrefix); at != std::string_view::npos; at = section.find(kPrefix, at + 1)) {
    const std::size_t begin = at + kPrefix.size();
    const std::size_t end = std::min(section.find_first_not_of(kLetters, begin), section.size());
    const std::string_view name = section.substr(begin, end - begin);
    if (name.empty() || !names.insert(name).second) continue;
    axes.emplace_back(std::string(name), fmt::format("{{{{ matrix.{} }}}}", name));
  }
  if (!axes.empty()) variables.emplace("matrix", std::move(axes));
}

std::optional<Filled> fill_between_tags(std::string_view section, std::size_t at,
                                        const std::vector<tmpl::RenderError>& errors, SourceView& view) {
  // Past a bound nothing is read on.
  if (std::ranges::find(errors, tmpl::ErrorKind::kLimit, &tmpl::RenderError::kind) != errors.end()) return std::nullopt;
  std::optional<std::string> text = between_tags(section);
  if (!text) return std::nullopt;
  Filled filled;
  for (std::size_t i = 0; i < section.size(); ++i) {
    if ((*text)[i] == section[i]) continue;
    filled.doubtful.push_back(view.place_of_offset(at + i).line);
    i = section.find('\n', i) - 1;
    if (i >= section.size()) break;
  }
  filled.rendered.text = std::move(*text);
  filled.rendered.map.add_text(0, 0);
  filled.between_tags = true;
  return filled;
}

}  // namespace

tmpl::Value to_template_value(const Node& node) {
  if (node.is_scalar()) return scalar_value(node);
  if (node.is_sequence()) {
    tmpl::Value::List list;
    list.reserve(node.count);
    for (const Node& item : Children(node)) list.push_back(to_template_value(item));
    return list;
  }
  tmpl::Value::Map map;
  map.reserve(node.count);
  for (const Node& entry : Children(node)) map.emplace_back(scalar_value(*entry.key), to_template_value(entry));
  return map;
}

tmpl::Variables template_variables(std::string_view source, std::string_view section,
                                   std::optional<std::size_t> defaults_at, std::string_view defaults,
                                   const LoadOptions& options, const Limits& limits, Reporter& reporter) {
  tmpl::Variables variables;
  const TemplateWords words = template_words(section);
  // {{input}}, the directory of all inputs, is a run-time token too, unless the file has a variable of that name.
  variables.emplace("input", "{{input}}");
  add_matrix_tokens(section, variables);
  if (defaults_at) {
    // Later places refer to this view no more: whoever reads on sets its own.
    SourceView view(source, *defaults_at);
    reporter.look_at(view);
    YamlParser parser(defaults, limits, reporter);
    if (const std::optional<YamlValue> root = parser.root()) {
      if (const Node* node = parser.tree(*root)) add_defaults(*node, words, variables, reporter);
      parser.finish();
    }
    reporter.look_away();
  }
  const TemplateWords* used = section.empty() ? nullptr : &words;
  for (const std::string& set : options.sets) {
    Result<tmpl::Assignment> assignment = tmpl::parse_set(set);
    if (assignment) warn_of_word(*assignment, words, variables, reporter);
    add_flag("--set", used, set, std::move(assignment), variables, reporter);
  }
  for (const std::string& set : options.set_strings) {
    add_flag("--set-string", used, set, tmpl::parse_set_string(set), variables, reporter);
  }
  return variables;
}

std::optional<Filled> render_section(std::string_view source, std::size_t at, std::size_t size,
                                     const tmpl::Variables& variables, const Limits& limits, Reporter& reporter) {
  tmpl::RenderOptions options;
  options.max_steps = limits.template_steps;
  options.max_output_bytes = limits.template_output;
  const std::string_view section = source.substr(at, size);
  tmpl::RenderResult result = tmpl::render(section, variables, options);
  if (result) return Filled{std::move(result).value(), {}};
  tmpl::RenderFailure failure = std::move(result).failure();
  SourceView view(source, at);
  reporter.look_at(view);
  Filled filled;
  for (const tmpl::RenderError& error : failure.errors) {
    const bool named = !error.name.empty() && section.substr(error.at.offset).starts_with(error.name);
    reporter.error_at_offset(code_of(error.kind), at + error.at.offset,
                             named ? static_cast<std::uint32_t>(error.name.size()) : 1, "template: " + error.message,
                             help_for(error, section, variables));
    filled.doubtful.push_back(view.place_of_offset(at + error.at.offset).line);
  }
  reporter.look_away();
  if (!failure.rest) return fill_between_tags(section, at, failure.errors, view);
  filled.rendered = std::move(*failure.rest);
  return filled;
}

bool is_templated(std::string_view file) {
  constexpr auto kMarks = std::to_array<std::string_view>({"{%", "{{", "{#", "default-values"});
  return std::ranges::any_of(kMarks, [&](std::string_view mark) { return file.find(mark) != std::string_view::npos; });
}

EnvironmentList environment_flags(const LoadOptions& options, Reporter& reporter) {
  EnvironmentList environment;
  for (const std::string& set : options.set_envs) {
    const std::size_t equals = set.find('=');
    if (equals == std::string::npos || equals == 0) {
      reporter.error_in_general(Code::kBadSet, "--set-env", fmt::format("'{}' is not an assignment", set),
                                {.expected = "--set-env NAME=value", .suggestion = {}});
      continue;
    }
    set_variable(environment, set.substr(0, equals), set.substr(equals + 1));
  }
  return environment;
}

}  // namespace sennit::spec
