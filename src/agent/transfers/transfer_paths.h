// Where on this host the data of one attempt lies, as its task names it: tokens and the paths of the place where it
// runs.
//
// Threads: pure. Ownership: borrows all that it is given.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "agent/transfers/upload_source.h"
#include "launch/attempt_tokens.h"
#include "logs/run_layout.h"
#include "model/order.h"
#include "model/runtime.h"
#include "model/task_body.h"

namespace sennit::agent {

class TransferPaths {
 public:
  TransferPaths(const WorkflowContext& context, const StartOrder& order, const TaskBody& body, Place place);

  // The text with its tokens replaced, as the task sees them. Fails as launch::AttemptTokens.
  Result<std::string> replace(const std::string& text);

  const std::string& output() const { return layout_.output; }
  // The attempt's own directory for an input.
  std::string input(std::size_t index) const { return layout_.input + "/" + std::to_string(index); }
  // The output directory of the task that is an input.
  std::string producer(std::size_t index) const;

  // Of a checkpoint. A relative path is from the directory in which the command starts; in a container from /.
  Result<UploadSource> source_of(std::size_t checkpoint);

 private:
  const WorkflowContext& context_;
  const StartOrder& order_;
  const TaskBody& body_;
  Place place_;
  logs::RunLayout layout_;
  launch::AttemptTokens tokens_;
};

}  // namespace sennit::agent
