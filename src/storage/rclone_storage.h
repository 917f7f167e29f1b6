// Storage by rclone: one child process at a time for each job.
#pragma once

#include <string>

#include "base/clock.h"
#include "loop/loop.h"
#include "model/task_body.h"
#include "proc/spawner.h"
#include "storage/storage.h"

namespace sennit::storage {

struct RcloneSetup;

class RcloneStorage final : public Storage {
 public:
  // `environment`: what rclone inherits of it are PATH, HOME, proxies and certificates, and what gives ambient access;
  // its own RCLONE_* are not among them, for they could change what a transfer does.
  RcloneStorage(loop::Loop& loop, proc::Spawner& spawner, EnvironmentList environment)
      : loop_(loop), spawner_(spawner), environment_(std::move(environment)) {}

  Started list(ListRequest request, const Effort& effort, Listed done) override;
  Started fetch(FetchRequest request, const Effort& effort, Watcher& watcher, Transferred done) override;
  Started send(SendRequest request, const Effort& effort, Watcher& watcher, Transferred done) override;
  Started remove(RemoveRequest request, const Effort& effort, Transferred done) override;
  Started check(Target target, Access access, const Effort& effort, Checked done) override;

 private:
  loop::Loop& loop_;
  proc::Spawner& spawner_;
  EnvironmentList environment_;
};

}  // namespace sennit::storage
