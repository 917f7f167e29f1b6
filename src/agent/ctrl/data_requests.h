// `sennit data upload|download|list|delete|check` inside a task: carried out by its ctrl, with the keys that came with
// the task's order. Paths are the task's own, below /osmo/data/output; nothing else of a container is in reach.
//
// Threads:   the loop's, which must be the main thread.
// Ownership: the order and the link of the answerers outlive it. Who asked and went away has what it asked for ended.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/ctrl/data_words.h"
#include "agent/ctrl/task_order.h"
#include "agent/ctrl/task_requests.h"
#include "agent/transfers/transfer_keys.h"
#include "launch/world.h"
#include "loop/loop.h"
#include "proc/spawner.h"
#include "storage/rclone_storage.h"

namespace sennit::agent {

class StorageRequests final : public DataRequests {
 public:
  // `output`: where what the task sees as /osmo/data/output lies for us. Fails: as proc::Spawner::open.
  static Result<std::unique_ptr<StorageRequests>> open(loop::Loop& loop, const TaskOrder& order, std::string output);

  ~StorageRequests() override;

  void on_data_request(const std::vector<std::string>& words, const std::string& directory, Answerer answerer) override;
  void on_data_request_gone(RequestId id) override;

 private:
  struct Running;

  StorageRequests(loop::Loop& loop, const TaskOrder& order, std::string output, proc::Spawner spawner);
  Result<void> start(const DataWords& words, Running& running);
  void finish(RequestId id, const Result<std::string>& said);
  template <class T>
  auto ending(RequestId id, std::string (*text)(const T&));

  loop::Loop& loop_;
  const TaskOrder& order_;
  std::string output_;
  launch::WorkflowWorld world_;
  TransferKeys keys_;
  proc::Spawner spawner_;
  storage::RcloneStorage storage_;
  std::map<RequestId, std::unique_ptr<Running>> running_;
};

}  // namespace sennit::agent
