// Loading small files in tests.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>

#include "spec/load.h"

namespace sennit::spec {

// A user who stands in /home/ada with HF_TOKEN set.
inline LoadOptions test_options() {
  LoadOptions options;
  options.file = "flow.yaml";
  options.directory = "/home/ada";
  options.variable = [](std::string_view name) -> std::optional<std::string> {
    if (name == "HF_TOKEN") return "secret";
    return std::nullopt;
  };
  return options;
}

// A file of the tasks dialect with these lines below `tasks:`.
inline std::string tasks_file(std::string_view tasks) {
  return "workflow:\n  name: wf\n  tasks:\n" + std::string(tasks);
}

inline std::string diagnostics_of(const Loaded& loaded) { return render(loaded.diagnostics, Color::kOff); }

inline Workflow load_good(std::string_view text, const LoadOptions& options = test_options()) {
  Loaded loaded = load(text, options);
  EXPECT_TRUE(loaded.ok()) << diagnostics_of(loaded);
  return loaded.ok() ? std::move(*loaded.workflow) : Workflow{};
}

// The codes of all diagnostics, in order: "SN201 SN301".
inline std::string codes_of(std::string_view text, const LoadOptions& options = test_options()) {
  std::string codes;
  for (const Diagnostic& diagnostic : load(text, options).diagnostics) {
    codes += (codes.empty() ? "" : " ") + diagnostic.code;
  }
  return codes;
}

inline TaskBody body_of(const Workflow& workflow, std::string_view task) {
  const std::optional<TaskIndex> index = find_task(workflow, task);
  EXPECT_TRUE(index) << task;
  return index ? workflow.body_of(*index).value() : TaskBody{};
}

}  // namespace sennit::spec
