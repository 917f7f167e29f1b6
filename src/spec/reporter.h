// Collects the mistakes of one file, with a bound, and turns places in YAML into places in the user's file.
//
// Threads:   one.
// Ownership: the SourceView in use must outlive the calls that need it; `look_at` replaces it.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spec/diagnostic.h"
#include "spec/diagnostic_codes.h"
#include "spec/source_view.h"
#include "spec/yaml/mark.h"

namespace sennit::spec {

// What is added to the bare message.
struct Help {
  std::string expected;
  std::string suggestion;
};

class Reporter {
 public:
  Reporter(std::string file, std::uint32_t limit) : file_(std::move(file)), limit_(limit) {}

  // Places given from now on are of this text.
  void look_at(SourceView& view) { view_ = &view; }
  void look_away() { view_ = nullptr; }
  SourceView* view() { return view_; }

  void error(Code code, Span at, std::string message, Help help = {});
  void warning(Code code, Span at, std::string message, Help help = {});
  // About a part of the value at `at`, as it is written.
  void warning_in(Code code, Span at, std::string_view part, std::string message, Help help = {});
  // At a byte of the user's file itself.
  void error_at_offset(Code code, std::size_t offset, std::uint32_t length, std::string message, Help help = {});
  void warning_at_offset(Code code, std::size_t offset, std::uint32_t length, std::string message, Help help = {});
  // About the file as a whole, or about a flag: `where` replaces the file's name if it is not empty.
  void error_in_general(Code code, std::string_view where, std::string message, Help help = {});
  void warning_in_general(Code code, std::string_view where, std::string message, Help help = {});

  // The line, from 1, of the user's file.
  std::uint32_t source_line_of(Span at) { return view_ != nullptr ? view_->place_of(at).line : at.line + 1; }

  bool has_errors() const { return errors_ > 0; }
  std::uint32_t errors() const { return errors_; }
  // How many errors were dropped because the limit was reached.
  std::uint32_t more() const { return more_; }
  // Forgets what was reported since the mark: the same text is read again.
  struct Mark {
    std::size_t diagnostics = 0;
    std::uint32_t errors = 0;
    std::uint32_t more = 0;
  };
  Mark mark() const { return {diagnostics_.size(), errors_, more_}; }
  void rewind(Mark mark);
  // Forgets what was reported since the mark but the last: the text is read again without that mistake. False if the
  // limit has been reached.
  bool keep_last(Mark mark);
  // Of what was reported since the mark forgets what a caller knows to be no mistake.
  template <class Predicate>
  void forget_if(Mark since, Predicate predicate) {
    const auto forgotten = std::remove_if(
        diagnostics_.begin() + static_cast<std::ptrdiff_t>(std::min(since.diagnostics, diagnostics_.size())),
        diagnostics_.end(), [&](const Diagnostic& diagnostic) {
          const bool forget = predicate(diagnostic);
          if (forget && diagnostic.severity == Severity::kError) --errors_;
          return forget;
        });
    diagnostics_.erase(forgotten, diagnostics_.end());
  }
  // What was reported between the marks about the last item before a syntax error, which is the only report since: bad
  // indentation ends a map early, and what it lacks then is not its author's mistake. Forgets it.
  void forget_torn_item(Mark from, Mark to);
  // The diagnostics by place; leaves the reporter empty.
  std::vector<Diagnostic> take();

 private:
  Diagnostic* add(Code code, Severity severity, std::string message, Help help);
  void place(Diagnostic* diagnostic, const std::optional<SourcePlace>& place);

  std::string file_;
  std::uint32_t limit_;
  SourceView* view_ = nullptr;
  std::vector<Diagnostic> diagnostics_;
  std::uint32_t errors_ = 0;
  std::uint32_t more_ = 0;
};

}  // namespace sennit::spec
