// What the jobs by rclone begin with. Internal to the room.
#pragma once

#include <string>
#include <vector>

#include "storage/attempts.h"
#include "storage/remote.h"
#include "storage/storage.h"

namespace sennit::storage {

// Where jobs run.
struct Surroundings {
  loop::Loop& loop;
  proc::Spawner& spawner;
  const EnvironmentList& environment;
};

struct JobSetup {
  RcloneSetup rclone;
  Remote remote;
  std::vector<std::string> transfer_words;  // how many at once, how fast

  // `command`, the words of this effort, and `rest`.
  std::vector<std::string> words(std::string_view command, std::vector<std::string> rest) const;
};

// Fails: kNotFound (no rclone; no credential), kInvalid.
Result<JobSetup> prepare(const Surroundings& around, const Target& target, const Effort& effort);

}  // namespace sennit::storage
