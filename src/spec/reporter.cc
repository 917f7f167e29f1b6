#include "spec/reporter.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace sennit::spec {

Diagnostic* Reporter::add(Code code, Severity severity, std::string message, Help help) {
  if (severity == Severity::kError) ++errors_;
  if (diagnostics_.size() >= limit_) {
    // An error is worth more than a warning that came earlier.
    if (severity == Severity::kWarning) return nullptr;
    const auto warning = std::ranges::find(diagnostics_, Severity::kWarning, &Diagnostic::severity);
    if (warning == diagnostics_.end()) {
      ++more_;
      return nullptr;
    }
    diagnostics_.erase(warning);
  }
  Diagnostic& diagnostic = diagnostics_.emplace_back();
  diagnostic.code = fmt::format("SN{}", static_cast<unsigned>(code));
  diagnostic.severity = severity;
  diagnostic.file = file_;
  diagnostic.message = std::move(message);
  diagnostic.expected = std::move(help.expected);
  diagnostic.suggestion = std::move(help.suggestion);
  return &diagnostic;
}

void Reporter::place(Diagnostic* diagnostic, const std::optional<SourcePlace>& place) {
  if (diagnostic == nullptr || !place) return;
  diagnostic->line = place->line;
  diagnostic->column = place->column;
  diagnostic->length = place->length;
  diagnostic->source_line = place->text;
}

void Reporter::error(Code code, Span at, std::string message, Help help) {
  Diagnostic* added = add(code, Severity::kError, std::move(message), std::move(help));
  if (added != nullptr && view_ != nullptr) place(added, view_->place_of(at));
}

void Reporter::warning(Code code, Span at, std::string message, Help help) {
  Diagnostic* added = add(code, Severity::kWarning, std::move(message), std::move(help));
  if (added != nullptr && view_ != nullptr) place(added, view_->place_of(at));
}

void Reporter::warning_in(Code code, Span at, std::string_view part, std::string message, Help help) {
  Diagnostic* added = add(code, Severity::kWarning, std::move(message), std::move(help));
  if (added != nullptr && view_ != nullptr) place(added, view_->place_of(view_->part_of(at, part)));
}

void Reporter::error_at_offset(Code code, std::size_t offset, std::uint32_t length, std::string message, Help help) {
  Diagnostic* added = add(code, Severity::kError, std::move(message), std::move(help));
  if (added == nullptr || view_ == nullptr) return;
  place(added, view_->place_of_offset(offset));
  added->length = length;
}

void Reporter::warning_at_offset(Code code, std::size_t offset, std::uint32_t length, std::string message, Help help) {
  Diagnostic* added = add(code, Severity::kWarning, std::move(message), std::move(help));
  if (added == nullptr || view_ == nullptr) return;
  place(added, view_->place_of_offset(offset));
  added->length = length;
}

void Reporter::error_in_general(Code code, std::string_view where, std::string message, Help help) {
  Diagnostic* added = add(code, Severity::kError, std::move(message), std::move(help));
  if (added != nullptr && !where.empty()) added->file = where;
}

void Reporter::warning_in_general(Code code, std::string_view where, std::string message, Help help) {
  Diagnostic* added = add(code, Severity::kWarning, std::move(message), std::move(help));
  if (added != nullptr && !where.empty()) added->file = where;
}

void Reporter::rewind(Mark mark) {
  if (mark.diagnostics < diagnostics_.size()) {
    diagnostics_.erase(diagnostics_.begin() + static_cast<std::ptrdiff_t>(mark.diagnostics), diagnostics_.end());
  }
  errors_ = mark.errors;
  more_ = mark.more;
}

bool Reporter::keep_last(Mark mark) {
  if (more_ > 0 || diagnostics_.size() <= mark.diagnostics) return false;
  Diagnostic last = std::move(diagnostics_.back());
  rewind(mark);
  if (last.severity == Severity::kError) ++errors_;
  diagnostics_.push_back(std::move(last));
  return true;
}

void Reporter::forget_torn_item(Mark from, Mark to) {
  if (to.diagnostics + 1 != diagnostics_.size() || from.diagnostics > to.diagnostics) return;
  diagnostics_.erase(diagnostics_.begin() + static_cast<std::ptrdiff_t>(from.diagnostics),
                     diagnostics_.begin() + static_cast<std::ptrdiff_t>(to.diagnostics));
  errors_ -= to.errors - from.errors;
  more_ -= to.more - from.more;
}

std::vector<Diagnostic> Reporter::take() {
  std::ranges::stable_sort(diagnostics_, {}, [](const Diagnostic& d) { return std::tuple(d.line, d.column); });
  // A template's loop repeats a mistake for each turn; it stands in the file once.
  const auto repeated = std::ranges::unique(diagnostics_);
  diagnostics_.erase(repeated.begin(), repeated.end());
  std::vector<Diagnostic> taken = std::move(diagnostics_);
  rewind({});
  return taken;
}

}  // namespace sennit::spec
