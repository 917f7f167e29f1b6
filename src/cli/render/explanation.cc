#include "cli/render/explanation.h"

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <utility>

#include "base/utf8.h"
#include "cli/text/wrap.h"
#include "spec/diagnostic.h"
#include "views/json_writer.h"

namespace sennit::cli {
namespace {

constexpr std::size_t kColumns = 80;
constexpr std::size_t kPageColumns = 120;

// An example may be wrong in that it is not UTF-8; it is shown as diagnostics show it.
std::string shown(std::string_view text) {
  std::string out(text);
  for (std::size_t bad = first_bad_utf8(out); bad != std::string::npos; bad = first_bad_utf8(out)) out[bad] = '?';
  return out;
}

std::string command_of(const spec::Example& example) {
  return fmt::format("sennit validate flow.yaml{}{}", example.flags.empty() ? "" : " ", example.flags);
}

void append_example(std::string& out, const spec::Example& example, const Style& style) {
  if (!example.shell.empty()) {
    append_indented(out, 4, fmt::format("$ {}\n", example.shell));
    return;
  }
  append_indented(out, 4, shown(example.file));
  if (!example.config.empty()) {
    out += "\nwith this config.yaml:\n\n";
    append_indented(out, 4, example.config);
  }
  out += "\nis answered with:\n\n";
  append_indented(out, 4, fmt::format("$ {}\n", command_of(example)));
  append_indented(
      out, 4, spec::render(spec::diagnostics_of(example), style.is_colored() ? spec::Color::kOn : spec::Color::kOff));
}

// Pages of the documentation are named with their folder; on the page itself they are links.
std::string with_links(std::string_view text) {
  std::string out(text);
  constexpr auto kPages = std::to_array<std::pair<std::string_view, std::string_view>>(
      {{"docs/tasks.md", "[tasks.md](tasks.md)"}, {"docs/jobs.md", "[jobs.md](jobs.md)"}});
  for (const auto& [name, link] : kPages) {
    if (const std::size_t at = out.find(name); at != std::string::npos) out.replace(at, name.size(), link);
  }
  return out;
}

void append_block(std::string& out, std::string_view language, std::string_view text) {
  fmt::format_to(std::back_inserter(out), "```{}\n{}{}```\n\n", language, text, text.ends_with('\n') ? "" : "\n");
}

void append_entry(std::string& out, const spec::Explanation& explanation) {
  const spec::Example& example = explanation.example;
  fmt::format_to(std::back_inserter(out), "### {}: {}\n\n", name_of(explanation.code), explanation.title);
  out += wrapped(with_links(explanation.meaning), kPageColumns) + "\n";
  if (!example.shell.empty()) append_block(out, "sh", example.shell);
  if (!example.file.empty()) append_block(out, "yaml", shown(example.file));
  if (!example.flags.empty()) append_block(out, "sh", command_of(example));
  if (!example.config.empty()) {
    out += "With this `config.yaml`:\n\n";
    append_block(out, "yaml", example.config);
  }
  out += wrapped("To mend it: " + with_links(explanation.remedy), kPageColumns) + "\n";
}

}  // namespace

std::string explanation_text(const spec::Explanation& explanation, const Style& style) {
  std::string out = fmt::format("{}: {}\n\n", style(Tint::kBold, name_of(explanation.code)), explanation.title);
  out += wrapped(explanation.meaning, kColumns) + "\nAn example:\n\n";
  append_example(out, explanation.example, style);
  out += "\n" + wrapped(fmt::format("To mend it: {}", explanation.remedy), kColumns);
  return out;
}

std::string explanation_list(const Style& style) {
  std::string out;
  for (const spec::Chapter& chapter : spec::chapters()) {
    out += fmt::format("{}{}\n", out.empty() ? "" : "\n", style(Tint::kBold, chapter.title));
    for (const spec::Explanation& explanation : chapter.explanations) {
      out += fmt::format("  {}  {}\n", name_of(explanation.code), explanation.title);
    }
  }
  return out;
}

std::string explanation_json(const spec::Explanation& explanation) {
  const spec::Example& example = explanation.example;
  std::string text;
  views::JsonWriter json(text);
  json.begin_object();
  json.field("code", std::string_view(name_of(explanation.code)));
  json.field("title", explanation.title);
  json.field("meaning", explanation.meaning);
  json.key("example");
  json.begin_object();
  json.field("file", std::string_view(shown(example.file)));
  json.field("flags", example.flags);
  json.field("config", example.config);
  json.field("shell", example.shell);
  json.end_object();
  json.field("remedy", explanation.remedy);
  json.end_object();
  return text;
}

std::string explanation_list_json() {
  std::string text;
  views::JsonWriter json(text);
  json.begin_object();
  json.key("diagnostics");
  json.begin_array();
  for (const spec::Chapter& chapter : spec::chapters()) {
    for (const spec::Explanation& explanation : chapter.explanations) {
      json.begin_object();
      json.field("code", std::string_view(name_of(explanation.code)));
      json.field("title", explanation.title);
      json.field("chapter", chapter.title);
      json.end_object();
    }
  }
  json.end_array();
  json.end_object();
  return text;
}

std::string explanation_page() {
  std::string out =
      "# Mistakes in files, by number\n\n"
      "Generated by `sennit explain --markdown` from what `sennit explain` prints; a test compares. Do not edit.\n\n" +
      wrapped(
          "Each mistake that `sennit validate` finds has a number, and `sennit explain NUMBER` says what stands here "
          "about it. A number keeps its meaning for ever. Every example below is the mistake that it shows: a test "
          "loads them all.",
          kPageColumns) +
      "\n";
  for (const spec::Chapter& chapter : spec::chapters()) {
    out += fmt::format("## {}\n\n", chapter.title);
    if (!chapter.preface.empty()) out += wrapped(chapter.preface, kPageColumns) + "\n";
    for (const spec::Explanation& explanation : chapter.explanations) append_entry(out, explanation);
  }
  out.pop_back();
  return out;
}

}  // namespace sennit::cli
