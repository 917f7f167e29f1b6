// The bounds on what a workflow file may hold. Past one of them comes a diagnostic that names it; each can be raised in
// config.yaml under `limits:` by the name in the comment.
#pragma once

#include <cstdint>

namespace sennit::spec {

struct Limits {
  std::uint64_t file_bytes = 256u << 20;       // file_size
  std::uint32_t depth = 100;                   // yaml_depth: lists and maps inside each other
  std::uint64_t alias_nodes = 1'000'000;       // yaml_aliases: nodes that aliases stand for, all together
  std::uint64_t scalar_bytes = 16u << 20;      // scalar_size: one value
  std::uint64_t task_bytes = 16u << 20;        // task_size: one task as it is stored and sent
  std::uint32_t tasks = 1'000'000;             // tasks
  std::uint32_t name_length = 64;              // name_length: workflow, group and task names
  std::uint32_t job_name_length = 200;         // job_name_length: they become directory names
  std::uint32_t max_retry_per_task = 3;        // max_retry_per_task: of RESCHEDULE and RESTART; 0: neither
  std::uint32_t labels = 16;                   // labels
  std::uint32_t diagnostics = 100;             // diagnostics: mistakes shown before "and N more"
  std::uint64_t template_output = 256u << 20;  // template_output: bytes a template may produce
  std::uint64_t template_steps = 200'000'000;  // template_steps: what it may do to get there
};

}  // namespace sennit::spec
