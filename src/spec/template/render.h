// Renders a workflow's text as a Jinja2 template, with the meaning OSMO gives it: sandboxed, undefined names are
// errors, no loader (include, import, extends fail), one trailing newline removed, CRLF becomes LF.
// Run-time tokens ({{output}}, {{input:N}}, {{host:x}}, {{workflow_id}}, {{uuid}}) pass through untouched; the spaced
// forms ({{ output }}, {{ input:0 }}, {{ host:x }}, {{ workflow_id }}) come out unspaced unless a variable has that
// name.
//
// Threads:   stateless; any thread, concurrently. The stack needed is bounded by RenderOptions::max_depth.
// Ownership: the result owns its text; `source` and `variables` are only read during the call.
// Errors:    every failure, with its place in the template: a value that cannot be computed does not hide the next one.
//            A failure of the syntax of a tag other than {{ }}, or of a limit, ends the search. Never an exception,
//            except for exhausted memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/check.h"
#include "spec/template/source_map.h"
#include "spec/template/value.h"

namespace sennit::spec::tmpl {

// What one render may use. Each is an error of kind kLimit that names the option, never a silent cut.
struct RenderOptions {
  std::uint64_t max_steps = 200'000'000;         // evaluated nodes, plus one per 64 bytes copied by an operation
  std::size_t max_output_bytes = 512ULL << 20U;  // of the rendered text; may not exceed 2 GiB
  std::size_t max_source_bytes = 512ULL << 20U;  // of the template; may not exceed 2 GiB
  std::size_t max_value_bytes = 100ULL << 20U;   // live values made by the template, all together
  std::size_t max_depth = 1000;                  // nested evaluations: calls, loops, operands
  std::size_t max_range = 100'000;               // items of range()
  std::uint64_t random_seed = 0;                 // of the `random` filter; same seed, same text
};

enum class ErrorKind : std::uint8_t {
  kSyntax,      // the template cannot be parsed
  kUndefined,   // a variable that does not exist was used; RenderError::name says which
  kMissing,     // an attribute or item that does not exist was used; RenderError::name says which
  kUnknownTag,  // no tag of that name; RenderError::name says which
  kUnknownFilter,
  kUnknownTest,
  kType,         // an operation on a value of the wrong type
  kValue,        // the right type, an impossible value: division by zero, a bad format string
  kSecurity,     // forbidden by the sandbox: attributes that begin with an underscore
  kLimit,        // a limit of RenderOptions was reached
  kUnsupported,  // include, import, extends: there is nothing to load from
};

// In snake case: "unknown_filter".
std::string_view to_string(ErrorKind kind);

// Line and column count from 1, in the text as given; columns count Unicode code points. The offset is in bytes.
struct Position {
  std::size_t line = 1;
  std::size_t column = 1;
  std::size_t offset = 0;
};

Position position_of(std::string_view source, std::size_t offset);

struct RenderError {
  ErrorKind kind = ErrorKind::kSyntax;
  std::string message;
  Position at;
  std::string name;  // the unknown variable, attribute, filter or test; else empty
};

struct Rendered {
  std::string text;
  SourceMap map;  // from offsets in `text` to offsets in the template
};

struct RenderFailure {
  std::vector<RenderError> errors;  // at least one; of many the first 100
  // The text with "x" for every {{ }} that failed; nothing if something else failed too.
  std::optional<Rendered> rest;
};

// A rendered text or the errors with their places; not Result, whose Error has no position.
class [[nodiscard]] RenderResult {
 public:
  RenderResult(Rendered rendered) : state_(std::move(rendered)) {}     // NOLINT(google-explicit-constructor)
  RenderResult(RenderFailure failure) : state_(std::move(failure)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  const Rendered& value() const& {
    SENNIT_CHECK(ok());
    return std::get<0>(state_);
  }
  Rendered&& value() && {
    SENNIT_CHECK(ok());
    return std::get<0>(std::move(state_));
  }
  // The first.
  const RenderError& error() const& {
    SENNIT_CHECK(!ok());
    return std::get<1>(state_).errors.front();
  }
  RenderFailure&& failure() && {
    SENNIT_CHECK(!ok());
    return std::get<1>(std::move(state_));
  }

 private:
  std::variant<Rendered, RenderFailure> state_;
};

RenderResult render(std::string_view source, const Variables& variables, const RenderOptions& options);

// Whether rendering could change the text: it has a tag, a comment, a carriage return or a trailing newline.
// Cheaper than rendering; run-time tokens count as tags.
bool has_template_syntax(std::string_view source);

}  // namespace sennit::spec::tmpl
