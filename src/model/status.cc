#include "model/status.h"

#include <array>

namespace sennit {
namespace {

constexpr std::array<std::string_view, kStatusCount> kStatusNames = {"SUBMITTING",
                                                                     "WAITING",
                                                                     "PROCESSING",
                                                                     "SCHEDULING",
                                                                     "INITIALIZING",
                                                                     "RUNNING",
                                                                     "COMPLETED",
                                                                     "RESCHEDULED",
                                                                     "FAILED",
                                                                     "FAILED_CANCELED",
                                                                     "FAILED_SERVER_ERROR",
                                                                     "FAILED_BACKEND_ERROR",
                                                                     "FAILED_EXEC_TIMEOUT",
                                                                     "FAILED_QUEUE_TIMEOUT",
                                                                     "FAILED_IMAGE_PULL",
                                                                     "FAILED_UPSTREAM",
                                                                     "FAILED_EVICTED",
                                                                     "FAILED_START_ERROR",
                                                                     "FAILED_START_TIMEOUT",
                                                                     "FAILED_PREEMPTED"};

constexpr std::array<std::string_view, kWorkflowStatusCount> kWorkflowStatusNames = {"PENDING",
                                                                                     "RUNNING",
                                                                                     "WAITING",
                                                                                     "COMPLETED",
                                                                                     "FAILED",
                                                                                     "FAILED_SUBMISSION",
                                                                                     "FAILED_SERVER_ERROR",
                                                                                     "FAILED_EXEC_TIMEOUT",
                                                                                     "FAILED_QUEUE_TIMEOUT",
                                                                                     "FAILED_CANCELED",
                                                                                     "FAILED_BACKEND_ERROR",
                                                                                     "FAILED_IMAGE_PULL",
                                                                                     "FAILED_EVICTED",
                                                                                     "FAILED_START_ERROR",
                                                                                     "FAILED_START_TIMEOUT",
                                                                                     "FAILED_PREEMPTED"};

template <class Enum, class Names>
std::optional<Enum> parse_name(const Names& names, std::string_view text) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == text) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Status status) { return kStatusNames[static_cast<std::size_t>(status)]; }
std::string_view to_string(WorkflowStatus status) { return kWorkflowStatusNames[static_cast<std::size_t>(status)]; }

std::optional<Status> parse_status(std::string_view text) { return parse_name<Status>(kStatusNames, text); }
std::optional<WorkflowStatus> parse_workflow_status(std::string_view text) {
  return parse_name<WorkflowStatus>(kWorkflowStatusNames, text);
}

}  // namespace sennit
