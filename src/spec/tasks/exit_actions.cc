// `exitActions` of a task: what its exit codes mean.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "spec/fields.h"
#include "spec/grammar.h"
#include "spec/schema/shapes.h"
#include "spec/tasks/task_reader.h"
#include "spec/values.h"

namespace sennit::spec {
namespace {

std::optional<ExitActionKind> exit_action(std::string_view word) {
  std::string upper(word);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  if (upper == "COMPLETE") return ExitActionKind::kComplete;
  if (upper == "FAIL") return ExitActionKind::kFail;
  if (upper == "RESCHEDULE") return ExitActionKind::kReschedule;
  return std::nullopt;
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
                  {"RESCHEDULE", with("Exit codes after which the task is tried again, elsewhere if need be.")}});
  schema.members("patternProperties", {{"^([cC][oO][mM][pP][lL][eE][tT][eE]|[fF][aA][iI][lL]|"
                                        "[rR][eE][sS][cC][hH][eE][dD][uU][lL][eE])$",
                                        codes}});
  return schema.forbidden("additionalProperties");
}

void read_exit_actions(TaskReader& reader, const Node& value, TaskDraft& draft) {
  draft.policy.exit_actions.clear();
  if (!expect_map(reader.reporter(), value, "'exitActions'")) return;
  for (const Node& entry : Children(value)) {
    const std::optional<ExitActionKind> action = exit_action(entry.key->text);
    if (!action) {
      const auto words = std::to_array<std::string_view>({"COMPLETE", "FAIL", "RESCHEDULE"});
      report_unknown_field(reader.reporter(), *entry.key, "'exitActions'", words);
      continue;
    }
    std::string text;
    const std::string what = fmt::format("the exit codes of '{}'", entry.key->text);
    if (!read_text(reader.reporter(), entry, what, Accept::kNumbers, text)) continue;
    const auto ranges = parse_exit_codes(text);
    if (!ranges) {
      reader.reporter().error(
          Code::kBadExitCodes, entry.at, fmt::format("'{}' is not a list of exit codes", text),
          {.expected = "numbers and ranges with commas and no spaces, such as 3,10-20", .suggestion = {}});
      continue;
    }
    check_exit_codes(reader.reporter(), entry, *action, *ranges, draft.policy.exit_actions);
    for (const auto& [first, last] : *ranges) draft.policy.exit_actions.push_back({*action, first, last});
  }
}

}  // namespace sennit::spec
