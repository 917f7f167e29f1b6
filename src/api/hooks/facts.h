// What a hook is told of an event: variables, and an object as JSON. Both are promised to users (docs/hooks.md): fields
// are only ever added. Pure.
#pragma once

#include <string>

#include "model/task_body.h"
#include "spec/config/hooks.h"
#include "store/history.h"
#include "views/views.h"

namespace sennit::api {

struct HookFacts {
  std::string hook;
  spec::HookOccasion on = spec::HookOccasion::kEnd;
  bool is_test = false;
  std::uint64_t delivery = 0;  // the same for each try; 0: a test
  std::uint32_t tries = 1;     // this one counted
  views::EventView event;
  store::WorkflowRow workflow;
  std::string directory;  // <state>/runs/<id>
};

// "failure"
std::string_view event_word(spec::HookOccasion on);
// One line for people: "train-3 task fit FAILED: exit code 3".
std::string summary_of(const HookFacts& facts);
// SENNIT_EVENT and its like; one that has nothing to say is empty.
EnvironmentList variables_of(const HookFacts& facts);
std::string json_of(const HookFacts& facts);

// An example of what a hook would be told.
HookFacts example_of(const spec::HookConfig& hook, Instant now);

}  // namespace sennit::api
