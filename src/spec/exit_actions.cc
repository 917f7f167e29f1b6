#include "spec/exit_actions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "spec/fields.h"
#include "spec/grammar.h"
#include "spec/schema/shapes.h"
#include "spec/values.h"

namespace sennit::spec {
namespace {

std::optional<ExitActionKind> exit_action(std::string_view word) {
  std::string upper(word);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  if (upper == "COMPLETE") return ExitActionKind::kComplete;
  if (upper == "FAIL") return ExitActionKind::kFail;
  if (upper == "RESCHEDULE") return ExitActionKind::kReschedule;
  if (upper == "RESTART") return ExitActionKind::kRestart;
  return std::nullopt;
}

std::string_view word_of(ExitActionKind action) {
  switch (action) {
    case ExitActionKind::kComplete: return "COMPLETE";
    case ExitActionKind::kFail: return "FAIL";
    case ExitActionKind::kReschedule: return "RESCHEDULE";
    case ExitActionKind::kRestart: return "RESTART";
  }
  return "";
}

// The n-th spelling of a word: the bits of n say which letters are small.
std::string spelt(std::string_view word, std::size_t n) {
  std::string out(word);
  for (std::size_t i = 0; i < out.size() && i < 64; ++i) {
    if ((n >> i & 1U) != 0) out[i] = static_cast<char>(out[i] + ('a' - 'A'));
  }
  return out;
}

using ExitCodes = std::vector<std::pair<std::uint32_t, std::uint32_t>>;
// Comparing each with each: more than anybody writes, and few enough for a hostile file.
constexpr std::size_t kMostCompared = 10'000;

// What of the codes can never matter: those that an action further up has, and ranges that count down.
void check_exit_codes(Reporter& reporter, const Node& entry, ExitActionKind action, const ExitCodes& codes,
                      const std::vector<ExitAction>& earlier) {
  const auto reversed = std::ranges::find_if(codes, [](const auto& range) { return range.first > range.second; });
  if (reversed != codes.end()) {
    reporter.warning(Code::kNoEffect, entry.at,
                     fmt::format("'{}-{}' counts down, and holds no code", reversed->first, reversed->second),
                     {.expected = fmt::format("{}-{}", reversed->second, reversed->first), .suggestion = {}});
  }
  if (codes.size() * earlier.size() > kMostCompared) return;
  for (const auto& [first, last] : codes) {
    for (const ExitAction& other : earlier) {
      const std::uint32_t from = std::max(first, other.first);
      const std::uint32_t to = std::min(last, other.last);
      if (other.action == action || from > to) continue;
      const std::string shared = from == to ? fmt::format("code {}", from) : fmt::format("codes {} to {}", from, to);
      reporter.warning(
          Code::kOverlappingExitCodes, entry.at,
          fmt::format("'{}' shares exit {} with an action further up, which counts", entry.key->text, shared),
          {.expected = "each code in one action", .suggestion = {}});
      return;
    }
  }
}

}  // namespace

Schema exit_actions_shape() {
  const Schema codes = or_template(
      Schema::any_of({Schema::of_type("integer").number("minimum", 0),
                      Schema::of_type("string").text("pattern", "^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*$")}));
  const auto with = [&codes](std::string_view description) { return Schema(codes).text("description", description); };
  Schema schema = Schema::of_type("object");
  // An editor offers the names; in any other case they are taken as well.
  schema.members("properties",
                 {{"COMPLETE", with("Exit codes that count as success: `0,3-5`.")},
                  {"FAIL", with("Exit codes that count as failure.")},
                  {"RESCHEDULE", with("Exit codes after which the task is tried again, elsewhere if need be.")},
                  {"RESTART", with("Exit codes after which the command is started again where it was, with the inputs "
                                   "and what is in the output directory.")}});
  schema.members("patternProperties", {{"^([cC][oO][mM][pP][lL][eE][tT][eE]|[fF][aA][iI][lL]|"
                                        "[rR][eE][sS][cC][hH][eE][dD][uU][lL][eE]|[rR][eE][sS][tT][aA][rR][tT])$",
                                        codes}});
  return schema.forbidden("additionalProperties");
}

void read_exit_actions(Reporter& reporter, const Node& value, std::string_view what, std::vector<ExitAction>& actions) {
  actions.clear();
  if (!expect_map(reporter, value, what)) return;
  for (const Node& entry : Children(value)) {
    const std::optional<ExitActionKind> action = exit_action(entry.key->text);
    if (!action) {
      const auto words = std::to_array<std::string_view>({"COMPLETE", "FAIL", "RESCHEDULE", "RESTART"});
      report_unknown_field(reporter, *entry.key, what, words);
      continue;
    }
    std::string text;
    const std::string codes = fmt::format("the exit codes of '{}'", entry.key->text);
    if (!read_text(reporter, entry, codes, Accept::kNumbers, text)) continue;
    const auto ranges = parse_exit_codes(text);
    if (!ranges) {
      reporter.error(Code::kBadExitCodes, entry.at, fmt::format("'{}' is not a list of exit codes", text),
                     {.expected = "numbers and ranges with commas and no spaces, such as 3,10-20", .suggestion = {}});
      continue;
    }
    check_exit_codes(reporter, entry, *action, *ranges, actions);
    for (const auto& [first, last] : *ranges) actions.push_back({*action, first, last});
  }
}

std::vector<std::pair<std::string, std::string>> exit_action_entries(std::span<const ExitAction> actions) {
  std::vector<std::pair<std::string, std::string>> entries;
  std::array<std::size_t, 4> spellings{};
  const ExitAction* before = nullptr;
  for (const ExitAction& action : actions) {
    if (before == nullptr || before->action != action.action) {
      std::size_t& used = spellings[static_cast<std::size_t>(action.action) % spellings.size()];
      entries.emplace_back(spelt(word_of(action.action), used++), std::string());
    }
    std::string& codes = entries.back().second;
    if (!codes.empty()) codes += ',';
    codes +=
        action.first == action.last ? fmt::format("{}", action.first) : fmt::format("{}-{}", action.first, action.last);
    before = &action;
  }
  return entries;
}

}  // namespace sennit::spec
