#include "cli/render/retention_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/printable.h"
#include "base/time_text.h"
#include "cli/text/counted.h"
#include "cli/text/table.h"

namespace sennit::cli {
namespace {

constexpr std::size_t kReadersNamed = 3;

std::string size_text(std::uint64_t bytes) { return readable(Bytes(bytes)); }

std::string rules_text(const views::RetentionView& rules) {
  std::string text;
  const auto add = [&text](const std::string& rule) { text.append(text.empty() ? "" : ", ").append(rule); };
  if (rules.finished) add(fmt::format("{} after the end", limit_text(*rules.finished)));
  if (rules.workflows) add(fmt::format("the newest {} finished", *rules.workflows));
  if (rules.size) add(fmt::format("{} in all", size_text(*rules.size)));
  return text.empty() ? "everything" : text;
}

std::string why_text(const views::RemovedView& removed, const views::RetentionView& rules) {
  if (removed.why == "age" && rules.finished) return fmt::format("ended more than {} ago", limit_text(*rules.finished));
  if (removed.why == "count" && rules.workflows)
    return fmt::format("{} ended after it", counted(*rules.workflows, "workflow"));
  if (removed.why == "size" && rules.size) return fmt::format("all take more than {}", size_text(*rules.size));
  if (removed.why == "interrupted") return "its removal was interrupted";
  return removed.why;
}

std::string why_text(const views::KeptView& kept) {
  if (kept.why == "live") return "is not finished";
  if (kept.why == "entering") return "is read by a workflow that is being submitted";
  std::string text = kept.why == "needed" ? "" : "is " + kept.why;
  const std::size_t named = std::min(kept.needed_by.size(), kReadersNamed);
  for (std::size_t i = 0; i < named; ++i) {
    const std::string_view before = i > 0 ? ", " : text.empty() ? "is read by " : ", and read by ";
    text.append(before).append(kept.needed_by[i]);
  }
  if (kept.needed_by.size() > named) text += fmt::format(" and {} more", kept.needed_by.size() - named);
  return text;
}

}  // namespace

std::string gc_text(const views::GcReply& reply, const Style& style) {
  const auto gone = static_cast<std::uint64_t>(
      std::ranges::count_if(reply.removed, [](const views::RemovedView& removed) { return removed.error.empty(); }));
  std::string out = fmt::format("Kept: {}\n", rules_text(reply.rules));
  if (!reply.removed.empty()) {
    Table table({"Workflow ID", "Ended", "Size", reply.dry_run ? "Would go because" : "Went because"});
    for (const views::RemovedView& removed : reply.removed) {
      const bool failed = !removed.error.empty();
      table.add({{removed.name, Tint::kNone},
                 {date_time(removed.end_time), Tint::kNone},
                 {size_text(removed.size), Tint::kNone},
                 {failed ? "is still there: " + removed.error : why_text(removed, reply.rules), Tint::kNone}});
    }
    out += "\n" + table.render(style);
  }
  if (!reply.kept.empty()) {
    Table table({"Workflow ID", "Size", "Stays because it"});
    for (const views::KeptView& kept : reply.kept) {
      table.add({{kept.name, Tint::kNone}, {size_text(kept.size), Tint::kNone}, {why_text(kept), Tint::kNone}});
    }
    out += "\n" + table.render(style);
  }
  out += fmt::format("\n{} {}, {}. ", reply.dry_run ? "Would remove" : "Removed", counted(gone, "workflow"),
                     size_text(reply.freed));
  const std::uint64_t stay = reply.others + reply.kept.size() + (reply.removed.size() - gone);
  return out +
         fmt::format("{} {}, {}.\n", counted(stay, "workflow"), stay == 1 ? "stays" : "stay", size_text(reply.size));
}

}  // namespace sennit::cli
