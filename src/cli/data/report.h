// What is said of a transfer when it has ended well.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/exit_code.h"
#include "cli/session.h"
#include "storage/storage.h"

namespace sennit::cli {

struct TransferReport {
  std::string_view doing;  // "Sent"
  std::string url;
  std::uint64_t left_out = 0;
  Micros took{};
};

ExitCode tell_moved(Session& session, const TransferReport& report, const storage::Moved& moved);

}  // namespace sennit::cli
