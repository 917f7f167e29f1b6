// A task as the screens know it: what is shown of it, and no more, for there may be a hundred thousand.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "model/standing.h"
#include "views/views.h"

namespace sennit::tui {

// "●", "✓", ... or in ASCII "*", "+", ...
std::string_view sign_of(Standing standing, bool ascii);

struct Job {
  std::string name;
  std::string group;
  std::string status;
  std::string reason;
  std::string gpus;  // "0,1"
  std::uint32_t retry_id = 0;
  std::optional<std::int32_t> exit_code;
  Instant start_time;
  Instant end_time;
  bool paused = false;
  views::Rare<views::ProgressView> progress;
  views::Rare<views::LoadView> load;
  std::vector<std::string> flags;

  Standing standing() const { return standing_of(status); }
};

Job job_of(const views::TaskView& task, std::string_view group);

}  // namespace sennit::tui
