#include "agent/container_files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "agent/message_log.h"
#include "agent/whole_file.h"
#include "launch/container.h"
#include "launch/credential_files.h"
#include "logs/run_layout.h"

namespace sennit::agent {
namespace {

namespace fs = std::filesystem;

Result<void> make_private(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0) return {};
  if (errno != EEXIST) return Error::from_errno("make " + path, errno);
  struct stat info {};
  const bool ours = ::lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == ::geteuid() &&
                    (info.st_mode & 0777) == 0700;
  if (ours) return {};
  return Error(ErrorCode::kConflict, path + " is there and is no directory of ours alone (0700)");
}

}  // namespace

ContainerFiles::ContainerFiles(InstanceId instance, const std::string& fallback) {
  mark_ = fallback + "/containers";
  constexpr std::string_view kOthers = ".credentials";
  for (std::string place : launch::CredentialFiles::places(instance, fallback)) {
    place.resize(place.size() - kOthers.size());
    places_.push_back(place + ".containers");
  }
}

Result<std::string> ContainerFiles::keep(const WorkflowContext& context, const StartOrder& order,
                                         const std::string& engine) const {
  Result<void> made = Error(ErrorCode::kIo, "there is no place for what an attempt is told");
  std::string place;
  for (std::size_t i = 0; i < places_.size() && !made; ++i) {
    place = places_[i];
    remove(place + "/" + to_string(order.attempt));
    made = make_private(place);
  }
  SENNIT_TRY(made);
  if (!has_been_used()) SENNIT_TRY(replace_file(mark_, ""));
  std::string directory = place + "/" + to_string(order.attempt);
  SENNIT_TRY(make_private(directory));
  const logs::RunLayout layout = logs::run_layout(context.runs_dir, order.task, order.attempt.number);
  for (const char* file : {".course", ".taken"}) ::unlink((layout.log + file).c_str());
  ::unlink((launch::socket_directory(context, order) + "/progress").c_str());
  std::error_code failed;
  fs::create_directories(launch::socket_directory(context, order), failed);
  if (failed) return Error(ErrorCode::kIo, "make the directories of the attempt: " + failed.message());
  // What its containers do not inherit need not lie about.
  WorkflowContext kept = context;
  kept.environment.clear();
  SENNIT_TRY(replace_file(directory + kEngineFile, engine));
  SENNIT_TRY(replace_file(directory + kOrderFile, format_order_frames(kept, order)));
  return directory;
}

std::vector<ContainerFiles::Kept> ContainerFiles::all() const {
  std::vector<Kept> found;
  for (const std::string& place : places_) {
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(place, ignored)) {
      if (!entry.is_directory(ignored)) continue;
      const std::string directory = entry.path().string();
      const Result<std::string> bytes = read_whole(directory + kOrderFile);
      if (!bytes) {
        remove(directory);  // nothing was made yet: the order comes first
        continue;
      }
      Result<OrderFrames> frames = parse_order_frames(*bytes);
      if (frames) {
        found.push_back({directory, std::move(*frames)});
      } else {
        say(Level::kError, "{}: {}", directory, frames.error().message());
      }
    }
  }
  return found;
}

void ContainerFiles::remove(const std::string& directory) {
  std::error_code ignored;
  fs::remove_all(directory, ignored);
  fs::remove(fs::path(directory).parent_path(), ignored);  // the last one's; refused while there are others
}

bool ContainerFiles::has_been_used() const { return ::access(mark_.c_str(), F_OK) == 0; }

bool ContainerFiles::has(const AttemptId& attempt) const {
  return std::ranges::any_of(places_, [&](const std::string& place) {
    return ::access((place + "/" + to_string(attempt) + kOrderFile).c_str(), F_OK) == 0;
  });
}

}  // namespace sennit::agent
