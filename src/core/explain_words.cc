#include "core/explain_words.h"

#include <fmt/format.h>

#include <utility>

#include "core/exit_meaning.h"
#include "core/exit_rules.h"

namespace sennit::core {

std::string plural(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string failure_text(const WorkflowState& workflow, const TaskState& row) {
  const std::string_view message = workflow.message_of(row);
  std::string text;
  if (row.status == Status::kFailedCanceled) {
    text = "was canceled";
  } else if (row.status == Status::kFailedExecTimeout || row.status == Status::kFailedQueueTimeout) {
    text = "timed out";
  } else if (row.status == Status::kFailedEvicted && message.starts_with("killed for memory")) {
    return fmt::format("was {} (exit code {})", message, row.exit_code);
  } else if (row.has_exit_code && row.exit_code > 128 && row.exit_code < 128 + 65) {
    text = fmt::format("was killed by {} (exit code {})", signal_name(row.exit_code - 128), row.exit_code);
    if (message.starts_with("killed by ")) return text;
  } else if (row.has_exit_code) {
    text = fmt::format("failed with exit code {}", row.exit_code);
    const std::string sentence = sentence_of(row.exit_code);
    if (!sentence.empty() && !message.starts_with(sentence)) text += fmt::format(" ({})", sentence);
  } else {
    text = "failed";
  }
  if (!message.empty()) text += fmt::format(": {}", message);
  return text;
}

std::string where_to_look(const WorkflowState& workflow, TaskIndex task) {
  if (!workflow.task(task).started_at.is_set()) return fmt::format("sennit status {}", workflow.submission.id);
  return fmt::format("sennit logs {} {}", workflow.submission.id, workflow.spec->name_of(task));
}

void NameList::add(std::string name) {
  if (++count_ <= kMaxNames) names_.push_back(std::move(name));
}

std::string NameList::text() const {
  std::string text = fmt::format("{}", fmt::join(names_, ", "));
  if (count_ > kMaxNames) text += fmt::format(" and {} more", count_ - kMaxNames);
  return text;
}

}  // namespace sennit::core
