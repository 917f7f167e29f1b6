// One mistake in a file, as data: what the command line prints with a caret and what the API sends as JSON.
//
// Threads: a plain value.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sennit::spec {

enum class Severity : std::uint8_t { kError = 0, kWarning = 1 };

struct Diagnostic {
  std::string code;  // "SN201", one of diagnostic_codes.h; documented one by one in docs/diagnostics.md
  Severity severity = Severity::kError;
  std::string file;          // as the user named it; "--set" and the like for a flag
  std::uint32_t line = 0;    // from 1; 0: about the file as a whole
  std::uint32_t column = 0;  // from 1, in characters
  std::uint32_t length = 0;  // characters to underline; 0 and 1 both give one caret
  std::string source_line;   // the whole line, without its end; cut around the column when very long
  std::string message;       // what is wrong: lower case, no full stop
  std::string expected;      // what would be right; "" if the message says it
  std::string suggestion;    // a name near the one that was written; "" if none is near

  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

enum class Color : std::uint8_t { kOff = 0, kOn = 1 };

// Several lines, each ended with '\n':
//
//   flow.yaml:7:5: error[SN201]: unknown field 'imge' in a task
//       7 |     imge: alpine:3
//         |     ^~~~
//         = expected: one of name, image, command ...
//         = help: did you mean 'image'?
std::string render(const Diagnostic& diagnostic, Color color);
std::string render(std::span<const Diagnostic> diagnostics, Color color);

// "flow.yaml:7:5: unknown field 'imge' in a task; did you mean 'image'?": for places with one line of room.
std::string one_line(const Diagnostic& diagnostic);

// The column behind what is underlined; 0 if the diagnostic has no place.
std::uint32_t end_column(const Diagnostic& diagnostic);

// What helps, in one sentence: "did you mean 'image'?", "expected: a list"; "" if there is nothing to say.
std::string hint_of(const Diagnostic& diagnostic);

// "error" or "warning".
std::string_view to_string(Severity severity);

}  // namespace sennit::spec
