// What the tokens mean for one attempt that runs as a process, and the directories that they make.
//
// {{output}} is the attempt's own directory, {{input:N}} the producer's output directory itself: a hand-over on one
// host costs no copy. {{input}} is a directory of the attempt with a link 0, 1, ... for each input.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "logs/run_layout.h"
#include "model/order.h"
#include "model/task_body.h"

namespace sennit::launch {

class AttemptTokens {
 public:
  // All are borrowed.
  AttemptTokens(const WorkflowContext& context, const StartOrder& order, const TaskBody& body)
      : context_(context), order_(order), body_(body) {}

  // The text with its tokens replaced. Fails: kIo, kExhausted (a directory could not be made).
  Result<std::string> replace(std::string_view text);

 private:
  Result<std::optional<std::string>> value_of(std::string_view token);
  Result<std::optional<std::string>> input_value(std::string_view which);
  Result<std::string> inputs_directory();
  const logs::RunLayout& layout();

  const WorkflowContext& context_;
  const StartOrder& order_;
  const TaskBody& body_;
  std::optional<logs::RunLayout> layout_;  // most attempts need none of it
};

// The output directory of the task that input `index` of an attempt names; for an input of another kind the attempt's
// own directory for it. Made if it is not there: a producer may have written nothing.
Result<std::string> input_directory(const WorkflowContext& context, const StartOrder& order, std::size_t index);

// mkdir -p. Existing directories are fine.
Result<void> make_directories(const std::string& path, unsigned mode);

}  // namespace sennit::launch
