#include "core/explain_words.h"

#include <fmt/format.h>

#include <utility>

#include "base/printable.h"
#include "core/exit_meaning.h"
#include "core/exit_rules.h"

namespace sennit::core {
namespace {

constexpr std::size_t kMostColumns = 100;
constexpr std::int32_t kLastOfCommands = 255;  // higher codes are ours (model/exit_codes.h)

// "was canceled by user: ada. no longer needed", of the message that canceled tasks have.
std::string canceled_text(std::string_view message) {
  constexpr std::string_view kUsual = "Task was canceled";
  if (!message.starts_with(kUsual)) return message.empty() ? "was canceled" : fmt::format("was canceled: {}", message);
  message.remove_prefix(kUsual.size());
  if (message.ends_with('.')) message.remove_suffix(1);
  return fmt::format("was canceled{}", message);
}

}  // namespace

std::string plural(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string ordinal(std::size_t number) {
  const std::size_t ten = number % 100;
  const bool teen = ten >= 11 && ten <= 13;
  const std::size_t last = teen ? 0 : number % 10;
  return fmt::format("{}{}", number, last == 1 ? "st" : last == 2 ? "nd" : last == 3 ? "rd" : "th");
}

std::string command_text(const Workflow& workflow, TaskIndex task) {
  const Result<TaskBody> body = workflow.body_of(task);
  if (!body) return {};
  std::string text;
  for (const std::vector<std::string>* words : {&body->command, &body->args}) {
    for (const std::string& word : *words) {
      if (text.size() > kMostColumns) break;
      text.append(text.empty() ? "" : " ").append(word, 0, 4 * kMostColumns);
    }
  }
  const std::size_t end = text.find('\n');
  if (end != std::string::npos) text = text.substr(0, end) + " ...";
  return cut_to_width(printable(text), kMostColumns);
}

std::string failure_text(const WorkflowState& workflow, const TaskState& row) {
  const std::string_view message = workflow.message_of(row);
  std::string text;
  if (row.status == Status::kFailedCanceled) return canceled_text(message);
  if (row.status == Status::kFailedExecTimeout || row.status == Status::kFailedQueueTimeout ||
      row.status == Status::kFailedStartTimeout) {
    text = "timed out";
  } else if (row.status == Status::kFailedEvicted && message.starts_with("killed for memory")) {
    return fmt::format("was {} (exit code {})", message, row.exit_code);
  } else if (row.status == Status::kFailedBackendError) {
    text = "was lost";
  } else if (row.status == Status::kFailedPreempted) {
    text = "was preempted";
    if (message == "preempted") return text;
  } else if (row.has_exit_code && row.exit_code > kLastOfCommands && row.placed_at.is_set() &&
             !row.started_at.is_set()) {
    text = fmt::format("could not be started (code {})", row.exit_code);
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

std::string_view usual_meaning_of(std::int32_t exit_code) {
  switch (exit_code) {
    case 126: return "its shell found a command that cannot be executed";
    case 127: return "its shell did not find a command";
    case 128 + 6: return "it aborted (SIGABRT): a failed assertion, or an exception that nobody caught";
    case 128 + 9: return "it was killed (SIGKILL); often by the kernel, for memory";
    case 128 + 11: return "it crashed (SIGSEGV): it used memory that is not its own";
    case 128 + 13: return "it wrote to a pipe that nobody reads (SIGPIPE)";
    case 128 + 15: return "it was asked to end (SIGTERM)";
    default: return {};
  }
}

}  // namespace sennit::core
