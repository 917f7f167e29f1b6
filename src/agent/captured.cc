#include "agent/captured.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "logs/run_layout.h"

namespace sennit::agent {

logs::LogPlaces places_of(const CapturePlace& place) {
  logs::RunLayout layout = logs::run_layout(place.world->context().runs_dir, place.task, place.number);
  return {.log = std::move(layout.log), .index = std::move(layout.index), .copy = place.job_log};
}

std::size_t unread(const Pipe& pipe) {
  int count = 0;
  if (!pipe.read_end || ::ioctl(pipe.read_end.get(), FIONREAD, &count) != 0) return 0;
  return static_cast<std::size_t>(count);
}

bool is_complete(const Captured& captured) {
  const auto holds_back = [](const auto& masked) { return masked && masked->holds_back(); };
  return captured.notes.empty() && (!captured.progress || captured.progress->is_settled()) &&
         unread(captured.pipes[0]) == 0 && unread(captured.pipes[1]) == 0 &&
         std::ranges::none_of(captured.masked, holds_back) &&
         (!captured.writer || captured.writer->summary().lost == 0);
}

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return Error::from_errno("make a pipe", errno);
  return Pipe{.write_end = UniqueFd(ends[1]), .read_end = UniqueFd(ends[0])};
}

}  // namespace sennit::agent
