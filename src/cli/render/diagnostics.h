// Mistakes in files: for people on stderr, for programs as part of an error object.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/session.h"
#include "spec/diagnostic.h"
#include "views/views.h"

namespace sennit::cli {

views::DiagnosticView view_of(const spec::Diagnostic& diagnostic);
spec::Diagnostic diagnostic_of(const views::DiagnosticView& view);

// Shows the diagnostics on stderr, warnings too.
void show(Session& session, const std::vector<spec::Diagnostic>& diagnostics);

// Shows everything that is wrong, "2 mistakes in flow.yaml" at the end ("1 warning" if there is nothing worse), and
// where JSON was asked for the whole as an error object on stdout. Returns kUsage.
ExitCode refuse(Session& session, std::string_view file, const std::vector<spec::Diagnostic>& diagnostics,
                std::uint64_t more);

// "`sennit explain SN201` tells more": of the first error, or else warning. There is at least one.
std::string explain_hint(const std::vector<spec::Diagnostic>& diagnostics);

bool has_error(const std::vector<spec::Diagnostic>& diagnostics);

}  // namespace sennit::cli
