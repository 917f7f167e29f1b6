#include "cli/render/diagnostics.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/printable.h"
#include "cli/text/counted.h"
#include "views/json.h"

namespace sennit::cli {
namespace {

bool is_error(const spec::Diagnostic& diagnostic) { return diagnostic.severity == spec::Severity::kError; }

}  // namespace

std::string explain_hint(const std::vector<spec::Diagnostic>& diagnostics) {
  const auto error = std::find_if(diagnostics.begin(), diagnostics.end(), is_error);
  return fmt::format("`sennit explain {}` tells more",
                     error != diagnostics.end() ? error->code : diagnostics.front().code);
}

views::DiagnosticView view_of(const spec::Diagnostic& diagnostic) {
  return {.code = diagnostic.code,
          .severity = std::string(to_string(diagnostic.severity)),
          .file = diagnostic.file,
          .line = diagnostic.line,
          .column = diagnostic.column,
          .length = diagnostic.length,
          .end_line = diagnostic.line,
          .end_column = end_column(diagnostic),
          .source_line = diagnostic.source_line,
          .message = diagnostic.message,
          .expected = diagnostic.expected,
          .suggestion = diagnostic.suggestion,
          .hint = hint_of(diagnostic)};
}

spec::Diagnostic diagnostic_of(const views::DiagnosticView& view) {
  return {.code = view.code,
          .severity = view.severity == "warning" ? spec::Severity::kWarning : spec::Severity::kError,
          .file = view.file,
          .line = view.line,
          .column = view.column,
          .length = view.length,
          .source_line = view.source_line,
          .message = view.message,
          .expected = view.expected,
          .suggestion = view.suggestion};
}

void show(Session& session, const std::vector<spec::Diagnostic>& diagnostics) {
  if (diagnostics.empty()) return;
  const spec::Color color = session.err_style().is_colored() ? spec::Color::kOn : spec::Color::kOff;
  session.err().write(spec::render(diagnostics, color));
  ignore(session.err().flush(), "there is nowhere to tell that stderr is broken");
}

bool has_error(const std::vector<spec::Diagnostic>& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(), is_error);
}

ExitCode refuse(Session& session, std::string_view file, const std::vector<spec::Diagnostic>& diagnostics,
                std::uint64_t more) {
  show(session, diagnostics);
  const auto listed = static_cast<std::uint64_t>(std::count_if(diagnostics.begin(), diagnostics.end(), is_error));
  const std::uint64_t total = listed + more;
  views::ErrorView error{
      .code = std::string(to_string(ErrorCode::kInvalid)),
      .message =
          fmt::format("{} in {}", total > 0 ? counted(total, "mistake") : counted(diagnostics.size(), "warning"), file),
      .diagnostics = {},
      .more_diagnostics = more};
  for (const spec::Diagnostic& diagnostic : diagnostics) error.diagnostics.push_back(view_of(diagnostic));
  if (more > 0) error.message += fmt::format(", the first {} shown", listed);
  session.fail(error, diagnostics.empty() ? std::string() : explain_hint(diagnostics));
  return ExitCode::kUsage;
}

}  // namespace sennit::cli
