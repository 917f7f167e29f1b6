// A workflow file of one format as a file of the other, as far as that can say the same; what it cannot say is told.
//
// Threads:   pure; nothing is kept.
// Errors:    data: diagnostics of SN801 (a warning: this is not carried over) and SN802 (an error: nothing is written).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/workflow.h"
#include "spec/config/config.h"
#include "spec/diagnostic.h"
#include "spec/source_notes.h"

namespace sennit::spec {

struct ConvertOptions {
  std::string file;                // as the user named it, for diagnostics
  std::string_view source;         // its text, for the lines that diagnostics show
  std::string directory;           // where the user stands, absolute
  std::string image;               // jobs to tasks: what each task gets
  const Config* config = nullptr;  // programs behind verbs, limits; nullptr: the defaults
};

struct Converted {
  std::optional<std::string> text;      // a valid file of the other format
  std::vector<Diagnostic> diagnostics;  // at most Limits::diagnostics
  std::uint64_t more = 0;               // further ones, counted but not listed
};

// `notes` are those of the load that made the workflow.
Converted convert(const Workflow& workflow, const SourceNotes& notes, const ConvertOptions& options);

}  // namespace sennit::spec
