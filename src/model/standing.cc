#include "model/standing.h"

namespace sennit {

Standing standing_of(std::string_view status) {
  if (status == "COMPLETED") return Standing::kCompleted;
  if (status == "RUNNING") return Standing::kRunning;
  if (status == "FAILED_CANCELED" || status == "FAILED_UPSTREAM") return Standing::kCanceled;
  if (status.starts_with("FAILED")) return Standing::kFailed;
  if (status == "SCHEDULING" || status == "INITIALIZING" || status == "PROCESSING") return Standing::kReady;
  return Standing::kWaiting;
}

}  // namespace sennit
