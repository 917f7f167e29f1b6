// The promise of `render -o yaml`: the rendered file means the same as the file, and renders to itself.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "spec/load.h"
#include "spec/write/workflow_file.h"

namespace sennit::spec {

// Writes what `text` loads to, expects the promise to hold, and returns it; "" if the text does not load. What the
// command line fills in (`sets` ...) is in the result: it is loaded without.
inline std::string expect_stable(std::string_view text, LoadOptions options) {
  options.notes = Notes::kWords;
  const Loaded first = load(text, options);
  EXPECT_TRUE(first.ok()) << render(first.diagnostics, Color::kOff);
  if (!first.ok()) return {};
  const Result<std::string> written = write_workflow_file(*first.workflow, *first.notes);
  EXPECT_TRUE(written.ok());
  if (!written.ok()) return {};
  options.sets.clear();
  options.set_strings.clear();
  options.set_envs.clear();
  options.labels.clear();
  options.file = "rendered.yaml";
  const Loaded second = load(*written, options);
  EXPECT_TRUE(second.ok()) << render(second.diagnostics, Color::kOff) << *written;
  if (!second.ok()) return {};
  EXPECT_TRUE(encode(*first.workflow) == encode(*second.workflow)) << "another meaning:\n" << *written;
  const Result<std::string> again = write_workflow_file(*second.workflow, *second.notes);
  EXPECT_EQ(again.ok() ? *again : std::string(), *written);
  return *written;
}

}  // namespace sennit::spec
