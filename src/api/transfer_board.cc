#include "api/transfer_board.h"

namespace sennit::api {
namespace {

// Reports come twice a second. One that is older is of a transfer that is over, or of an agent that is gone.
constexpr Micros kFresh = std::chrono::seconds(15);

}  // namespace

void TransferBoard::put(const TransferReport& report, Instant now) {
  const Key key{report.attempt.workflow, report.attempt.task, report.attempt.number};
  const auto [entry, added] = entries_.insert_or_assign(key, Entry{report, now});
  if (added) std::erase_if(entries_, [now](const auto& one) { return now - one.second.at > kFresh; });
  changed_(report.attempt);
}

std::string TransferBoard::text_of(const core::WorkflowState& workflow, TaskIndex task, Instant now) const {
  const core::TaskState& row = workflow.task(task);
  const auto found = entries_.find({workflow.key, task, row.number});
  if (found == entries_.end() || now - found->second.at > kFresh) return "";
  const TransferReport& report = found->second.report;
  if (report.way == TransferWay::kDownload && row.status == Status::kInitializing) {
    return "downloading " + progress_text(report.progress);
  }
  if (report.way == TransferWay::kUpload && row.status == Status::kRunning) {
    return "uploading " + progress_text(report.progress);
  }
  return "";
}

}  // namespace sennit::api
