#include "spec/tasks/template_stage.h"

#include <fmt/format.h>

#include "spec/source_view.h"
#include "spec/suggest.h"
#include "spec/tasks/task_reader.h"
#include "spec/template/assignment.h"
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
    case ScalarType::kText:
    case ScalarType::kTimestamp:
    case ScalarType::kMerge:
    case ScalarType::kValue: break;
  }
  return node.text;
}

Code code_of(tmpl::ErrorKind kind) {
  switch (kind) {
    case tmpl::ErrorKind::kSyntax: return Code::kTemplateSyntax;
    case tmpl::ErrorKind::kUndefined: return Code::kTemplateUndefined;
    case tmpl::ErrorKind::kUnknownName: return Code::kTemplateUnknownName;
    case tmpl::ErrorKind::kType:
    case tmpl::ErrorKind::kValue: return Code::kTemplateValue;
    case tmpl::ErrorKind::kSecurity: return Code::kTemplateForbidden;
    case tmpl::ErrorKind::kLimit: return Code::kTemplateLimit;
    case tmpl::ErrorKind::kUnsupported: return Code::kTemplateUnsupported;
  }
  return Code::kTemplateSyntax;
}

Help help_for(const tmpl::RenderError& error, const tmpl::Variables& variables) {
  Help help;
  if (error.kind == tmpl::ErrorKind::kLimit) {
    help.expected =
        "a smaller template; limits.template_steps and limits.template_output in config.yaml set the bounds";
  }
  if (error.kind != tmpl::ErrorKind::kUndefined) return help;
  Nearest nearest(error.name);
  for (const auto& [name, value] : variables) nearest.consider(name);
  for (const std::string_view token : {"output", "workflow_id"}) {
    if (error.name == token) help.expected = fmt::format("'{{{{{}}}}}' without spaces for the token", token);
  }
  help.suggestion = nearest.result();
  if (help.suggestion.empty() && help.expected.empty()) {
    help.expected = fmt::format("a value in default-values, or --set {}=...", error.name);
  }
  return help;
}

// Values that Python takes for "nothing there".
bool is_falsy(const Node& node) {
  if (!node.is_scalar()) return node.count == 0;
  if (node.type == ScalarType::kBool) return !bool_value(node.text);
  return node.is_null() || node.text.empty() || node.text == "0";
}

void add_defaults(const Node& root, tmpl::Variables& variables, Reporter& reporter) {
  const Node* value = root.is_mapping() ? root.first : nullptr;
  if (value == nullptr || is_falsy(*value)) return;
  if (!value->is_mapping()) {
    reporter.error(Code::kBadDefaults, value->at,
                   fmt::format("'default-values' must be a map, not {}", describe(*value)),
                   {.expected = "lines of 'variable: value'", .suggestion = {}});
    return;
  }
  for (const Node& entry : Children(*value)) {
    variables.insert_or_assign(python_text(entry.key->type, entry.key->text), to_template_value(entry));
  }
}

void add_flag(std::string_view flag, std::string_view argument, Result<tmpl::Assignment> assignment,
              tmpl::Variables& variables, Reporter& reporter) {
  if (!assignment) {
    reporter.error_in_general(Code::kBadSet, flag, fmt::format("'{}' is not an assignment", argument),
                              {.expected = fmt::format("{} name=value", flag), .suggestion = {}});
    return;
  }
  variables.insert_or_assign(assignment->name, std::move(assignment->value));
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

tmpl::Variables template_variables(std::string_view source, std::optional<std::size_t> defaults_at,
                                   std::string_view defaults, const LoadOptions& options, const Limits& limits,
                                   Reporter& reporter) {
  tmpl::Variables variables;
  // {{input}}, the directory of all inputs, is a run-time token too, unless the file has a variable of that name.
  variables.emplace("input", "{{input}}");
  if (defaults_at) {
    // Later places refer to this view no more: whoever reads on sets its own.
    SourceView view(source, *defaults_at);
    reporter.look_at(view);
    YamlParser parser(defaults, limits, reporter);
    if (const std::optional<YamlValue> root = parser.root()) {
      if (const Node* node = parser.tree(*root)) add_defaults(*node, variables, reporter);
      parser.finish();
    }
    reporter.look_away();
  }
  for (const std::string& set : options.sets) add_flag("--set", set, tmpl::parse_set(set), variables, reporter);
  for (const std::string& set : options.set_strings) {
    add_flag("--set-string", set, tmpl::parse_set_string(set), variables, reporter);
  }
  return variables;
}

std::optional<tmpl::Rendered> render_section(std::string_view source, std::size_t at, std::size_t size,
                                             const tmpl::Variables& variables, const Limits& limits,
                                             Reporter& reporter) {
  tmpl::RenderOptions options;
  options.max_steps = limits.template_steps;
  options.max_output_bytes = limits.template_output;
  const std::string_view section = source.substr(at, size);
  tmpl::RenderResult result = tmpl::render(section, variables, options);
  if (result) return std::move(result).value();
  const tmpl::RenderError& error = result.error();
  SourceView view(source, at);
  reporter.look_at(view);
  const bool named = !error.name.empty() && section.substr(error.at.offset).starts_with(error.name);
  reporter.error_at_offset(code_of(error.kind), at + error.at.offset,
                           named ? static_cast<std::uint32_t>(error.name.size()) : 1, "template: " + error.message,
                           help_for(error, variables));
  reporter.look_away();
  return std::nullopt;
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
