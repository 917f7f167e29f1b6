// The files of another task's output that a regex chooses: a directory of links to them, which costs no copy however
// large they are.
//
// They are hard links: a task that sees only this directory (in a sandbox or a container) can read them. Links among
// them stay the links that they are. The producer's files are shared, as they are where a whole output is handed over.
//
// Threads:   the loop's; the work itself is on a worker. Ownership: the workers outlive it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "agent/transfers/transfer_item.h"
#include "loop/worker_pool.h"

namespace sennit::agent {

struct ChosenFiles {
  std::string from;       // absolute; not there: no files
  std::string directory;  // made if it is not there; what was in it before is replaced where it has the same name
  std::string regex;
};

// Blocks. How many were linked. Fails: kInvalid (the regex), kIo, kExhausted.
Result<std::uint64_t> link_files(const ChosenFiles& chosen);

class ChosenInput final : public TransferItem {
 public:
  // `task`: whose output it is, for the log.
  ChosenInput(loop::WorkerPool& workers, ChosenFiles files, std::string task)
      : workers_(workers), files_(std::move(files)), task_(std::move(task)) {}

  void check(Sink& sink) override;
  void carry(Sink& sink) override;
  void cancel() override { cancelled_ = true; }

 private:
  loop::WorkerPool& workers_;
  ChosenFiles files_;
  std::string task_;
  Sink* sink_ = nullptr;
  bool cancelled_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // weakly shared with the work on its way
};

}  // namespace sennit::agent
