// How far the transfers are that go on now: the last that was told of each, for whoever looks at a workflow.
//
// Threads: the engine's.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "base/instant.h"
#include "core/state.h"
#include "model/transfer.h"

namespace sennit::api {

class TransferBoard {
 public:
  void put(const TransferReport& report, Instant now);
  void on_change(std::function<void(const AttemptId&)> function) { changed_ = std::move(function); }

  // "downloading 12 MiB of 3 GiB, ..." of a task that is before its command, "uploading ..." of one that is behind it;
  // "": it transfers nothing now.
  std::string text_of(const core::WorkflowState& workflow, TaskIndex task, Instant now) const;

 private:
  struct Entry {
    TransferReport report;
    Instant at;
  };
  struct Key {
    WorkflowKey workflow;
    TaskIndex task;
    std::uint32_t number = 0;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  std::function<void(const AttemptId&)> changed_ = [](const AttemptId& /*attempt*/) {};
  std::map<Key, Entry> entries_;
};

}  // namespace sennit::api
