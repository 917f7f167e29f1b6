// OSMO's word for what a file was refused for, as its HTTP clients are told.
//
// OSMO stops at the first step that finds a mistake; we look for all of them. What its clients expect is the class of
// the mistake that OSMO would have come to first (osmo-spec.md, sections 1 and 9).
//
// Threads:   pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "spec/diagnostic.h"
#include "spec/diagnostic_codes.h"

namespace sennit::spec {

enum class DiagnosticClass : std::uint8_t {
  kUser,        // the file's sections, limits, long names
  kUsage,       // YAML, --set, labels, images, names that meet
  kSchema,      // fields and their values
  kSubmission,  // references to tasks and topology keys
  kResource,    // quantities, platforms, mounts
  kTemplate,
  kCredential,  // credentials that are not stored
};

// "user", "usage" ...
std::string_view to_string(DiagnosticClass value);
// The `error_code` of OSMO's answer: USER, USAGE, SUBMISSION, RESOURCE, CREDENTIAL.
std::string_view error_code_of(DiagnosticClass value);

DiagnosticClass class_of(Code code);
// How many codes have one.
std::size_t classified_codes();

// Of the error that OSMO would have found first. Nothing if there is no error.
std::optional<DiagnosticClass> class_of(std::span<const Diagnostic> diagnostics);

}  // namespace sennit::spec
