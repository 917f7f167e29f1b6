#include "spec/yaml/slip.h"

#include <fmt/format.h>

#include <algorithm>

#include "spec/yaml/explanations.h"
#include "spec/yaml/lines.h"

namespace sennit::spec {
namespace {

// Longer pieces of a file are cut in messages.
constexpr std::size_t kShown = 60;
// How many lines above or below are looked at.
constexpr int kLinesAround = 1000;

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

std::string shown(std::string_view text) {
  return text.size() <= kShown ? std::string(text) : std::string(text.substr(0, text.find(' ', kShown))) + " ...";
}

std::string_view trimmed(std::string_view text) { return text.substr(0, text.find_last_not_of(' ') + 1); }

// A value to the end of its line, without a comment.
std::string_view value_in_line(std::string_view rest) { return trimmed(rest.substr(0, rest.find(" #"))); }

// In the line, where the value begins that goes on at `at`: behind the sign before it.
std::size_t value_begin(const Line& line, std::size_t at) {
  while (at > line.content && std::string_view("[,{").find(line.text[at - 1]) == std::string_view::npos &&
         line.text[at - 1] != ' ') {
    --at;
  }
  // A space belongs to the value, unless it is the one behind a sign.
  const std::size_t before = at == line.content ? std::string_view::npos : line.text.find_last_not_of(' ', at - 1);
  const bool goes_on = before != std::string_view::npos && before >= line.content && line.text[at - 1] == ' ' &&
                       std::string_view("[,{:").find(line.text[before]) == std::string_view::npos;
  return goes_on ? value_begin(line, before + 1) : at;
}

// Where it ends; npos if a token in it is not closed. Inside brackets it ends with the item.
std::size_t value_end(const Line& line, std::size_t begin) {
  const std::string_view before = line.text.substr(0, begin);
  const auto opened = std::ranges::count_if(before, [](char c) { return c == '[' || c == '{'; });
  const auto closed = std::ranges::count_if(before, [](char c) { return c == ']' || c == '}'; });
  const bool in_brackets = opened > closed || (begin == line.indent && !line.is_item());
  std::size_t end = begin;
  while (end < line.text.size() && line.text.substr(end, 2) != " #") {
    if (line.text.substr(end, 2) == "{{") {
      end = line.text.find("}}", end);
      if (end == std::string_view::npos) return end;
      end += 2;
      continue;
    }
    if (in_brackets && std::string_view(",]}").find(line.text[end]) != std::string_view::npos) break;
    ++end;
  }
  return end;
}

// The value of a line that begins at `begin`, to be put into quotes.
Slip unquoted(const Line& line, std::size_t begin, std::string message) {
  const std::size_t end = value_end(line, begin);
  if (end == std::string_view::npos) return {line.begin + begin, 1, std::move(message), "quotes around the value", {}};
  const std::string_view value = trimmed(line.text.substr(begin, end - begin));
  Slip slip{line.begin + begin, value.size(), std::move(message), "quotes around the value", {}};
  const char quote = value.find_first_of("\"\\") == std::string_view::npos ? '"' : '\'';
  if (value.find(quote) != std::string_view::npos) return slip;
  slip.expected = fmt::format("{0}{1}{0}", quote, shown(value));
  slip.mend = {{slip.at, 0, std::string(1, quote)}, {slip.at + value.size(), 0, std::string(1, quote)}};
  return slip;
}

// Gives a line another indentation, and with it the lines below that share its slip or belong to it: up to one with
// less, or the next item of the list at `list`.
std::vector<Edit> indented(std::string_view text, Line line, std::size_t indent,
                           std::size_t list = std::string_view::npos) {
  std::vector<Edit> edits;
  const std::size_t wrong = line.indent;
  const std::size_t less = wrong > indent ? wrong - indent : 0;
  const std::string more(less > 0 ? 0 : indent - wrong, ' ');
  const std::size_t fields = line.is_item() ? indent + line.content - wrong : 0;
  for (int i = 0; i < kLinesAround; ++i) {
    // The fields of an item may stand where they belong already.
    if (i == 1 && fields > 0 && line.indent == fields) break;
    if (!line.is_blank()) edits.push_back({line.begin, less, more});
    const std::size_t next = text.find('\n', line.begin);
    if (next == std::string_view::npos) break;
    line = line_of(text, next + 1);
    if (!line.is_blank() && (line.indent < wrong || (line.is_item() && line.indent == list))) break;
  }
  return edits;
}

// "- x" and "key: x" with the space or the colon left out.
std::optional<Slip> missing_space(std::string_view text, const Line& line) {
  const std::string_view content = line.after_dashes();
  const std::size_t at = line.content_at();
  if (content.size() > 1 && content[0] == '-' && content[1] != '-') {
    Slip slip{at, 1, "a space is missing after '-'", fmt::format("'- {}'", shown(content.substr(1))), {}};
    slip.mend = {{at + 1, 0, " "}};
    // What is aligned with the first word moves with it.
    const Line below = line_of(text, line.begin + line.text.size() + 1);
    if (below.begin <= at || below.is_blank() || below.indent != line.content + 1) return slip;
    const std::vector<Edit> moved = indented(text, below, below.indent + 1);
    slip.mend.insert(slip.mend.end(), moved.begin(), moved.end());
    return slip;
  }
  const auto word = static_cast<std::size_t>(std::ranges::find_if_not(content, is_word) - content.begin());
  if (word == 0 || word + 1 >= content.size() || content[word] != ':' || content[word + 1] == ' ') return std::nullopt;
  return Slip{at,
              word + 1,
              fmt::format("a space is missing after '{}'", content.substr(0, word + 1)),
              fmt::format("'{}: {}'", content.substr(0, word), shown(content.substr(word + 1))),
              {{at + word + 1, 0, " "}}};
}

std::optional<Slip> missing_colon(const Line& line) {
  const std::string_view content = line.after_dashes();
  const auto word = static_cast<std::size_t>(std::ranges::find_if_not(content, is_word) - content.begin());
  const bool ends = word == content.size() || content[word] == ' ';
  if (word == 0 || !ends || content.find(": ") != std::string_view::npos || content.ends_with(':')) return std::nullopt;
  const std::string_view rest = content.substr(std::min(content.find_first_not_of(' ', word), content.size()));
  const std::string_view key = content.substr(0, word);
  return Slip{line.content_at(),
              word,
              fmt::format("a ':' is missing after '{}'", key),
              rest.empty() ? fmt::format("'{}:'", key) : fmt::format("'{}: {}'", key, shown(rest)),
              {{line.content_at() + word, 0, ":"}}};
}

bool begins_text_block(const Line& line) {
  const std::string_view value = value_in_line(line.text);
  const std::size_t mark = value.find_last_of("|>");
  return mark != std::string_view::npos && mark > 0 && value[mark - 1] == ' ' &&
         value.find_first_not_of("+-0123456789", mark + 1) == std::string_view::npos;
}

Slip key_without_colon(std::string_view text, std::size_t at) {
  const Line line = line_of(text, at);
  const std::optional<Line> above = line_above(text, line);
  if (above && begins_text_block(*above)) {
    return {line.content_at(),
            1,
            "this line is not part of the text that the line above begins",
            fmt::format("more than {} spaces before it", above->indent),
            {}};
  }
  if (auto slip = missing_space(text, line)) return *slip;
  if (auto slip = missing_colon(line)) return *slip;
  return {
      at, std::max<std::size_t>(line.begin + line.text.size() - at, 1), "a key without its ':'", "'key: value'", {}};
}

// The value of `key: value: x`, to be put into quotes.
std::optional<Slip> colon_in_value(std::string_view text, std::size_t at) {
  const Line line = line_of(text, at);
  const std::string_view before = line.text.substr(0, at - line.begin);
  const std::size_t colon = before.find(": ", line.content);
  if (colon == std::string_view::npos) return std::nullopt;
  const std::size_t begin = std::min(line.text.find_first_not_of(' ', colon + 1), line.text.size());
  const std::string_view value = value_in_line(line.text.substr(begin));
  const std::string_view key = before.substr(line.content, colon - line.content);
  Slip slip{at, 1, fmt::format("a ': ' inside the value of '{}'", key), "quotes around the value", {}};
  if (value.find_first_of("\"\\'") != std::string_view::npos) return slip;
  slip.expected = fmt::format("{}: \"{}\"", key, shown(value));
  slip.mend = {{line.begin + begin, 0, "\""}, {line.begin + begin + value.size(), 0, "\""}};
  return slip;
}

// A ':' where the lines above have made what stands here a part of their text.
std::optional<Slip> swallowed_key(std::string_view text, std::size_t at) {
  const Line line = line_of(text, at);
  const std::optional<Line> above = line_above(text, line);
  if (!above) return std::nullopt;
  if (auto slip = missing_space(text, *above)) return slip;
  if (above->content == line.content) {
    if (auto slip = missing_colon(*above)) return slip;
  }
  const std::string_view key = above->after_dashes().substr(0, above->after_dashes().find(": "));
  if (line.is_item() || line.indent <= above->content || key.size() == above->after_dashes().size())
    return std::nullopt;
  return Slip{line.content_at(), 1, fmt::format("this line is indented more than '{}' above it", key),
              fmt::format("{} spaces before it, not {}", above->content, line.indent),
              indented(text, line, above->content)};
}

// A line whose indentation is that of nothing above it.
std::optional<Slip> wrong_indentation(std::string_view text, std::size_t at) {
  const Line line = line_of(text, at);
  if (line.begin + line.indent != at) return std::nullopt;
  const auto away = [&](std::size_t column) {
    return column > line.indent ? column - line.indent : line.indent - column;
  };
  std::optional<std::size_t> best;
  std::size_t tightest = static_cast<std::size_t>(-1);
  std::optional<Line> above = line_above(text, line);
  for (int i = 0; above && i < kLinesAround; ++i, above = line_above(text, *above)) {
    if (above->indent >= tightest) continue;  // inside something that has ended since
    tightest = above->indent;
    const std::size_t column = line.is_item() || !above->is_item() ? above->indent : above->content;
    if (line.is_item() && !above->is_item()) continue;
    if (!best || away(column) < away(*best)) best = column;
  }
  if (!best || *best == line.indent) return std::nullopt;
  Slip slip{at, 1, "", fmt::format("{} spaces before it, not {}", *best, line.indent), {}};
  slip.message = line.is_item() ? "this item is not indented like the items above it"
                                : "this line is not indented like the lines above it";
  slip.mend = indented(text, line, *best);
  return slip;
}

// Where a quote that its own line does not close is opened: on the line of `at` or above it.
std::optional<Slip> open_quote(std::string_view text, std::size_t at) {
  const auto odd = [](const Line& line) { return std::ranges::count(line.text, '"') % 2 != 0; };
  Line line = line_of(text, at);
  if (!odd(line)) return std::nullopt;
  std::optional<Line> above = line_above(text, line);
  while (above && !odd(*above) && line.begin - above->begin < 10'000) above = line_above(text, *above);
  if (above && odd(*above)) line = *above;
  // They end with the value: before the brackets that close at the end of the line, if they were opened before.
  const std::size_t open = line.text.rfind('"');
  std::size_t end = trimmed(line.text).size();
  while (end > open + 1 && (line.text[end - 1] == ']' || line.text[end - 1] == '}') &&
         line.text.substr(0, open).find_first_of("[{") != std::string_view::npos) {
    --end;
  }
  return Slip{line.begin + open,
              1,
              "the quotes that open here are not closed in this line",
              "the closing quote",
              {{line.begin + end, 0, "\""}}};
}

// The brackets that are missing at the end of a line, if what follows below cannot be a part of them.
std::vector<Edit> closed(std::string_view text, const Line& line) {
  std::string missing;
  char quote = '\0';
  for (const char c : line.text) {
    if (quote != '\0' || c == '"' || c == '\'') {
      quote = quote == '\0' ? c : quote == c ? '\0' : quote;
    } else if (c == '[' || c == '{') {
      missing.insert(missing.begin(), c == '[' ? ']' : '}');
    } else if (!missing.empty() && c == missing.front()) {
      missing.erase(missing.begin());
    }
  }
  const std::string_view value = value_in_line(line.text);
  const Line below = line_of(text, line.begin + line.text.size() + 1);
  const bool goes_on = below.begin > line.begin && (below.is_blank() || below.indent > line.content);
  if (goes_on || quote != '\0' || value.ends_with(',') || value.ends_with('[') || value.ends_with('{')) return {};
  return {{line.begin + value.size(), 0, missing}};
}

Slip unclosed(std::string_view text, const Complaint& complaint, const Explanation& known) {
  if (auto token = bare_token(text, complaint.at)) return *token;
  const std::size_t open = complaint.context.value_or(complaint.at);
  const Line line = line_of(text, open);
  const char sign = complaint.problem.back() == '\'' ? complaint.problem[complaint.problem.size() - 2] : ']';
  if (complaint.at < line.begin + line.text.size()) {
    const char before = complaint.at > 0 ? text[complaint.at - 1] : ' ';
    const bool quoted = before == '"' || before == '\'';
    Slip slip{
        complaint.at, 1, fmt::format("a ',' or a '{}' is missing before this", sign), std::string(known.expected), {}};
    if (quoted) {
      slip.expected =
          fmt::format("', ' before the next; {} for a quote inside the text", before == '"' ? "\\\"" : "''");
    }
    const char here = text[complaint.at];
    if (here == ']' || here == '}') slip.mend = {{complaint.at, 0, std::string(1, sign)}};
    return slip;
  }
  if (auto quote = open_quote(text, open)) return *quote;
  return {open, 1, std::string(known.message), std::string(known.expected), closed(text, line)};
}

Slip after_value(std::string_view text, std::size_t at, const Explanation& known) {
  if (at < text.size() && (text[at] == ']' || text[at] == '}')) {
    const char open = text[at] == ']' ? '[' : '{';
    return {at,
            1,
            fmt::format("a '{}' without its '{}'", text[at], open),
            "as many closing brackets as opening ones",
            {{at, 1, " "}}};
  }
  if (auto slip = wrong_indentation(text, at)) return *slip;
  if (auto slip = open_quote(text, at)) return *slip;
  return {at, 1, std::string(known.message), std::string(known.expected), {}};
}

std::optional<Slip> indented_by_tab(std::string_view text, std::size_t at) {
  const Line line = line_of(text, at);
  const std::size_t tab = line.text.find('\t');
  if (tab == std::string_view::npos || tab > line.text.find_first_not_of(" \t")) return std::nullopt;
  Slip slip{line.begin + tab, 1, "a tab indents this line", "spaces: YAML does not take tabs", {}};
  const std::optional<Line> above = line_above(text, line);
  if (!above) return slip;
  const std::size_t deeper = trimmed(above->text).ends_with(':') ? 2 : 0;
  slip.mend = {{line.begin, std::min(line.text.find_first_not_of(" \t"), line.text.size()),
                std::string(above->content + deeper, ' ')}};
  return slip;
}

}  // namespace

Slip explain(std::string_view text, const Complaint& complaint) {
  if (auto slip = indented_by_tab(text, complaint.at)) return *slip;
  const auto* known = std::ranges::find(kExplanations, complaint.problem, &Explanation::problem);
  if (known == kExplanations.end()) return {complaint.at, 1, std::string(complaint.problem), {}, {}};
  const std::string_view problem = complaint.problem;
  if (problem == "could not find expected ':'")
    return key_without_colon(text, complaint.context.value_or(complaint.at));
  if (problem.starts_with("did not find expected ',' or")) return unclosed(text, complaint, *known);
  if (problem == "did not find expected key" || problem == "did not find expected '-' indicator") {
    return after_value(text, complaint.at, *known);
  }
  if (problem.starts_with("mapping values")) {
    if (auto slip = colon_in_value(text, complaint.at)) return *slip;
    if (auto slip = swallowed_key(text, complaint.at)) return *slip;
  }
  const Line line = line_of(text, complaint.at);
  if (problem.starts_with("found character that cannot")) {
    return unquoted(line, complaint.at - line.begin, std::string(known->message));
  }
  if (problem.starts_with("did not find expected alphabetic") && complaint.at > line.begin) {
    return unquoted(line, complaint.at - line.begin - 1, std::string(known->message));
  }
  if (problem == "found unknown escape character") {
    return {complaint.at, 1, std::string(known->message), std::string(known->expected), {{complaint.at, 0, "\\"}}};
  }
  if (problem == "found unexpected end of stream" && complaint.context) {
    if (auto quote = open_quote(text, *complaint.context)) return *quote;
  }
  // What was opened and never closed is seen where it was opened.
  const bool unclosed = problem.starts_with("found unexpected end");
  return {unclosed ? complaint.context.value_or(complaint.at) : complaint.at,
          1,
          std::string(known->message),
          std::string(known->expected),
          {}};
}

std::optional<Slip> torn_off(std::string_view text, std::size_t at, std::size_t item) {
  const Line line = line_of(text, at);
  const Line first = line_of(text, item);
  if (line.begin + line.indent != at || first.content_at() != item || text[item] == '{') return std::nullopt;
  return Slip{at, 1, "this line is not indented like the item of the list above",
              fmt::format("{} spaces before it, not {}", first.content, line.indent),
              indented(text, line, first.content, first.indent)};
}

std::optional<Slip> bare_token(std::string_view text, std::size_t at) {
  const Line line = line_of(text, at);
  const std::size_t in_line = at - line.begin;
  const std::size_t open = line.text.find("{{", in_line > 0 ? in_line - 1 : 0);
  if (open == std::string_view::npos || open > in_line + 1) return std::nullopt;
  const std::size_t begin = value_begin(line, open);
  const std::size_t end = value_end(line, begin);
  if (end == std::string_view::npos) return std::nullopt;
  return unquoted(line, begin,
                  fmt::format("'{}' needs quotes: YAML takes '{{' for the beginning of a map",
                              shown(trimmed(line.text.substr(begin, end - begin)))));
}

}  // namespace sennit::spec
