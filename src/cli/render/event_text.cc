#include "cli/render/event_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/printable.h"
#include "base/time_text.h"
#include "cli/render/measures_text.h"

namespace sennit::cli {
namespace {

constexpr std::size_t kMostNamed = 8;  // on a line

// The move that the event's own line tells.
bool is_own(const views::MoveView& move, const views::EventView& event) {
  if (move.to != event.status || move.more > 0) return false;
  if (move.of == "workflow") return event.task.empty() && event.group.empty();
  if (move.names.size() != 1) return false;
  if (move.of == "group") return event.task.empty() && move.names[0] == event.group;
  return move.names[0] == event.task && move.retry_id == event.retry_id;
}

// The next step of the same ones.
bool goes_on(const views::MoveView& from, const views::MoveView& to) {
  return from.of == to.of && from.to == to.from && from.retry_id == to.retry_id && from.more == to.more &&
         from.names == to.names;
}

std::string who_moved(const views::MoveView& move) {
  if (move.of == "workflow") return move.of;
  const std::size_t count = move.names.size() + move.more;
  std::string text = move.of + (count == 1 ? "" : "s");
  const std::size_t shown = std::min(kMostNamed, move.names.size());
  for (std::size_t i = 0; i < shown; ++i) text += (i == 0 ? " " : ", ") + printable(move.names[i]);
  if (count > shown) text += fmt::format(" and {} more", count - shown);
  if (move.retry_id.value_or(0) > 0) text += fmt::format(" (try {})", *move.retry_id + 1);
  return text;
}

std::string moves_text(const views::EventView& event, const Style& style) {
  std::vector<const views::MoveView*> shown;
  for (const views::MoveView& move : event.moves) {
    if (!move.with_task && !is_own(move, event)) shown.push_back(&move);
  }
  std::string out;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    std::string chain = style(tint_of_status(shown[i]->from), printable(shown[i]->from));
    const auto add = [&](const std::string& to) { chain += " -> " + style(tint_of_status(to), printable(to)); };
    add(shown[i]->to);
    while (i + 1 < shown.size() && goes_on(*shown[i], *shown[i + 1])) add(shown[++i]->to);
    out += fmt::format("{}    {}: {} ({})\n", style(Tint::kFaint, clock_time_ms(event.at)), chain, who_moved(*shown[i]),
                       printable(shown[i]->reason));
  }
  return out;
}

}  // namespace

std::string event_text(const views::EventView& event, const Style& style, Subjects subjects) {
  std::string subject = !event.task.empty() ? event.task : !event.group.empty() ? event.group : event.workflow;
  if (subjects == Subjects::kOfAll && subject != event.workflow) subject = event.workflow + "/" + subject;
  if (event.retry_id && *event.retry_id > 0) subject += fmt::format(" (try {})", *event.retry_id + 1);
  std::string line = fmt::format("{}  {:<24} {:<16}", style(Tint::kFaint, clock_time_ms(event.at)), printable(subject),
                                 printable(event.kind));
  const auto own = std::ranges::find_if(event.moves, [&](const views::MoveView& move) { return is_own(move, event); });
  if (own != event.moves.end()) line += fmt::format(" {} ->", printable(own->from));
  if (!event.status.empty()) line += " " + style(tint_of_status(event.status), printable(event.status));
  if (event.exit_code && *event.exit_code != 0) line += fmt::format(" exit code {}", *event.exit_code);
  if (event.counts) line += " " + counts_text(*event.counts);
  if (!event.message.empty()) line += " " + printable(event.message);
  if (event.usage) {
    line += style(Tint::kFaint, fmt::format(" (memory {}, CPU {})", memory_of(event.usage), cpu_of(event.usage)));
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n" + moves_text(event, style);
}

}  // namespace sennit::cli
