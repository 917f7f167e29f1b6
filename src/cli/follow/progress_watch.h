// How far the tasks of a workflow say that they are, as they say it: "step 100/1000 10% loss 0.25".
//
// What cannot be asked for is not told: this is an ornament, and whoever follows the events says what is wrong.
//
// Threads:   one of its own; all functions on the main thread.
// Ownership: ends its thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/result.h"
#include "base/unique_fd.h"
#include "client/server_launch.h"
#include "client/status.h"

namespace sennit::cli {

class ProgressWatch {
 public:
  // Fails: kExhausted (no descriptors left).
  static Result<std::unique_ptr<ProgressWatch>> open(client::ServerPlace place, std::string workflow);
  ~ProgressWatch();
  ProgressWatch(const ProgressWatch&) = delete;
  ProgressWatch& operator=(const ProgressWatch&) = delete;

  // Readable: there is something new.
  int fd() const { return news_fd_.get(); }
  // By task, the latest since the last call.
  std::map<std::string, std::string> take();

 private:
  ProgressWatch(client::ServerPlace place, std::string workflow, UniqueFd news_fd, UniqueFd stop_fd);
  void run(client::StatusFollower follower);
  void tell(const views::WorkflowView& piece);

  UniqueFd news_fd_;  // eventfd, as the other
  UniqueFd stop_fd_;
  std::mutex mutex_;  // guards what follows
  std::map<std::string, std::string> news_;
  std::thread thread_;  // last
};

}  // namespace sennit::cli
