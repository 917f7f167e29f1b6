#include "cli/data/report.h"

#include <fmt/format.h>

#include "cli/render/transfer_text.h"
#include "views/data.h"

namespace sennit::cli {

ExitCode tell_moved(Session& session, const TransferReport& report, const storage::Moved& moved) {
  session.say(fmt::format("{} {}", report.doing, transfer_summary(moved, report.took)));
  if (session.wants_json()) {
    session.print_json(
        views::to_json(views::DataTransferView{.url = report.url,
                                               .files = moved.files,
                                               .bytes = moved.bytes,
                                               .unchanged = moved.unchanged,
                                               .left_out = report.left_out,
                                               .seconds = std::chrono::duration<double>(report.took).count()}));
  }
  return ExitCode::kCompleted;
}

}  // namespace sennit::cli
