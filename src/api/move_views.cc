#include "api/move_views.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "core/transition.h"

namespace sennit::api {
namespace {

template <class Kind>
bool is(const Event& event) {
  return std::holds_alternative<Kind>(event.what);
}

std::string exit_text(const Event& event) {
  return std::visit(
      [](const auto& what) -> std::string {
        if constexpr (requires { what.exit_code; }) {
          if (what.exit_code) return fmt::format("exit code {}", *what.exit_code);
        }
        return {};
      },
      event.what);
}

std::string queue_reason(const Event& event) {
  if (is<event::RetryDue>(event)) return "the delay before it is over";
  if (is<event::GroupRequeued>(event)) return "its group waits for its turn again";
  return "waits for resources";
}

// An end says its own reason, if there is more to say than how.
std::string end_reason(const Event& event, std::string_view message, std::string_view otherwise) {
  if (!message.empty()) return std::string(message);
  std::string text = exit_text(event);
  return text.empty() ? std::string(otherwise) : text;
}

std::string reason_of(const core::TaskMove& move, const Event& event, std::string_view message) {
  switch (move.why) {
    case core::TaskEvent::kSubmit: return is<event::Submitted>(event) ? "submitted" : "the next attempt";
    case core::TaskEvent::kRelease: return "nothing upstream is left";
    case core::TaskEvent::kQueue: return queue_reason(event);
    case core::TaskEvent::kPlace: return "resources were given";
    case core::TaskEvent::kStart: return "its command runs";
    case core::TaskEvent::kComplete:
    case core::TaskEvent::kReschedule:
    case core::TaskEvent::kFail:
    case core::TaskEvent::kCancel:
    case core::TaskEvent::kServerError:
    case core::TaskEvent::kBackendError:
    case core::TaskEvent::kExecTimeout:
    case core::TaskEvent::kQueueTimeout:
    case core::TaskEvent::kImagePull:
    case core::TaskEvent::kUpstream:
    case core::TaskEvent::kEvict:
    case core::TaskEvent::kStartError:
    case core::TaskEvent::kStartTimeout:
    case core::TaskEvent::kPreempt: break;
  }
  return end_reason(event, message, "it ended");
}

std::string reason_of(const core::GroupMove& move, const Event& event, std::string_view message) {
  switch (move.why) {
    case core::GroupEvent::kSubmit: return is<event::Submitted>(event) ? "submitted" : "it begins again";
    case core::GroupEvent::kRelease: return "nothing upstream is left";
    case core::GroupEvent::kQueue: return queue_reason(event);
    case core::GroupEvent::kInitialize: return "its first task was placed";
    case core::GroupEvent::kRun:
      return is<event::TaskEnded>(event) ? "one of its tasks ended, and others are left" : "its first task runs";
    case core::GroupEvent::kComplete:
    case core::GroupEvent::kFail:
    case core::GroupEvent::kCancel:
    case core::GroupEvent::kServerError:
    case core::GroupEvent::kBackendError:
    case core::GroupEvent::kExecTimeout:
    case core::GroupEvent::kQueueTimeout:
    case core::GroupEvent::kImagePull:
    case core::GroupEvent::kUpstream:
    case core::GroupEvent::kEvict:
    case core::GroupEvent::kStartError:
    case core::GroupEvent::kStartTimeout:
    case core::GroupEvent::kPreempt: break;
  }
  return end_reason(event, message, "its task ended so");
}

std::string reason_of(const core::WorkflowMove& move, const Event& event, std::string_view message) {
  switch (move.why) {
    case core::WorkflowEvent::kPend: return end_reason(event, message, "it goes on");
    case core::WorkflowEvent::kRun: return "its first task runs";
    case core::WorkflowEvent::kComplete: return "all of its groups completed";
    case core::WorkflowEvent::kFail:
    case core::WorkflowEvent::kRefuse:
    case core::WorkflowEvent::kServerError:
    case core::WorkflowEvent::kExecTimeout:
    case core::WorkflowEvent::kQueueTimeout:
    case core::WorkflowEvent::kCancel:
    case core::WorkflowEvent::kBackendError:
    case core::WorkflowEvent::kImagePull:
    case core::WorkflowEvent::kEvict:
    case core::WorkflowEvent::kStartError:
    case core::WorkflowEvent::kStartTimeout:
    case core::WorkflowEvent::kPreempt: break;
  }
  return end_reason(event, message, "nothing of it is left to run");
}

// Puts moves together as they come. Few kinds of moves come of one event, however many tasks it moves.
class Gatherer {
 public:
  Gatherer(const Event& event, std::string_view message, const Workflow& workflow, std::optional<TaskIndex> only)
      : event_(event), message_(message), workflow_(workflow), only_(only) {}

  void operator()(const core::TaskMove& move) {
    if (only_ && move.task != *only_) return;
    views::MoveView view = begin("task", move);
    view.retry_id = move.number;
    add(std::move(view), [&] { return std::string(workflow_.name_of(move.task)); });
  }
  void operator()(const core::GroupMove& move) {
    if (only_ && move.group != workflow_.tasks[only_->value()].group) return;
    views::MoveView view = begin("group", move);
    view.with_task = workflow_.group(move.group).task_count == 1;
    add(std::move(view), [&] { return workflow_.name_of(move.group); });
  }
  void operator()(const core::WorkflowMove& move) {
    if (!only_) moves_.push_back(begin("workflow", move));
  }

  std::vector<views::MoveView> take() { return std::move(moves_); }

 private:
  template <class Move>
  views::MoveView begin(std::string_view of, const Move& move) const {
    views::MoveView view;
    view.of = of;
    view.from = to_string(move.from);
    view.to = to_string(move.to);
    view.reason = reason_of(move, event_, message_);
    return view;
  }

  static bool are_alike(const views::MoveView& a, const views::MoveView& b) {
    return a.of == b.of && a.retry_id == b.retry_id && a.with_task == b.with_task && a.from == b.from && a.to == b.to &&
           a.reason == b.reason;
  }

  template <class NameOf>
  void add(views::MoveView view, NameOf name_of) {
    auto found = std::ranges::find_if(moves_, [&](const views::MoveView& one) { return are_alike(one, view); });
    if (found == moves_.end()) found = moves_.insert(moves_.end(), std::move(view));
    if (found->names.size() < kMostNamed) {
      found->names.push_back(name_of());
    } else {
      ++found->more;
    }
  }

  const Event& event_;
  std::string_view message_;
  const Workflow& workflow_;
  std::optional<TaskIndex> only_;
  std::vector<views::MoveView> moves_;
};

}  // namespace

std::vector<views::MoveView> views_of(std::span<const core::StatusMove> moves, const Event& event,
                                      std::string_view message, const Workflow& workflow,
                                      std::optional<TaskIndex> only) {
  Gatherer gatherer(event, message, workflow, only);
  for (const core::StatusMove& move : moves) std::visit(gatherer, move);
  return gatherer.take();
}

}  // namespace sennit::api
