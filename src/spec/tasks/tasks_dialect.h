// A file of the tasks dialect (OSMO's format) to a workflow: sections, template, then WorkflowReader.
//
// Threads:   one.
#pragma once

#include <string_view>
#include <vector>

#include "spec/load.h"
#include "spec/reporter.h"
#include "spec/tasks/sections.h"

namespace sennit::spec {

// A file has two or three sections; of more only so many are looked at.
inline constexpr std::size_t kMostSections = 1000;

void load_tasks(std::string_view source, std::vector<Section> sections, const LoadOptions& options,
                const Config& config, Reporter& reporter, Loaded& loaded);

// The `workflow:` section with its template filled in; nothing if that fails, which is reported.
std::optional<std::string> render_tasks(std::string_view source, std::vector<Section> sections,
                                        const LoadOptions& options, const Config& config, Reporter& reporter);

}  // namespace sennit::spec
