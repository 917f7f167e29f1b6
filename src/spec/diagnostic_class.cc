#include "spec/diagnostic_class.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace sennit::spec {
namespace {

struct Row {
  Code code;
  DiagnosticClass value;
};

using enum DiagnosticClass;

// In the order in which OSMO comes to them, so that of several mistakes the one nearest the top counts.
constexpr auto kRows = std::to_array<Row>({
    // the file is cut into sections
    {Code::kFileTooLarge, kUser},
    {Code::kNotUtf8, kUser},
    {Code::kNoDialect, kUser},
    {Code::kUnknownSection, kUser},
    {Code::kDuplicateSection, kUser},
    {Code::kIgnoredText, kUser},
    {Code::kUnknownPool, kUser},
    {Code::kConfigUnreadable, kUser},
    {Code::kBadQuota, kUser},
    // the template is filled in
    {Code::kBadSet, kUsage},
    {Code::kSetUnused, kUsage},
    {Code::kSetIsText, kUsage},
    {Code::kUnusedDefault, kTemplate},
    {Code::kBadDefaults, kTemplate},
    {Code::kTemplateSyntax, kTemplate},
    {Code::kTemplateUnknownName, kTemplate},
    {Code::kTemplateUndefined, kTemplate},
    {Code::kTemplateValue, kTemplate},
    {Code::kTemplateForbidden, kTemplate},
    {Code::kTemplateUnsupported, kTemplate},
    {Code::kTemplateLimit, kTemplate},
    // what came out is YAML
    {Code::kYamlSyntax, kUsage},
    {Code::kUnknownAnchor, kUsage},
    {Code::kUnknownTag, kUsage},
    {Code::kBadKey, kUsage},
    {Code::kManyDocuments, kUsage},
    {Code::kTooDeep, kUsage},
    {Code::kTooManyAliases, kUsage},
    {Code::kValueTooLong, kUsage},
    // labels are merged before the rest is looked at
    {Code::kBadLabel, kUsage},
    {Code::kTooManyLabels, kUsage},
    {Code::kLabelPolicy, kUsage},
    // names are compared before anything else of the model
    {Code::kDuplicateName, kSchema},
    // a bad quantity ends the reading of the model at once
    {Code::kBadQuantity, kResource},
    // the model
    {Code::kWrongType, kSchema},
    {Code::kMissingField, kSchema},
    {Code::kUnknownField, kSchema},
    {Code::kDuplicateKey, kSchema},
    {Code::kUnknownValue, kSchema},
    {Code::kEmpty, kSchema},
    {Code::kExclusive, kSchema},
    {Code::kOutOfRange, kSchema},
    {Code::kNoEffect, kSchema},
    {Code::kBadRegex, kSchema},
    {Code::kBadName, kSchema},
    {Code::kReservedName, kSchema},
    {Code::kLead, kSchema},
    {Code::kBadDuration, kSchema},
    {Code::kBadExitCodes, kSchema},
    {Code::kBadFilePath, kSchema},
    {Code::kDuplicateFile, kSchema},
    {Code::kBadBase64, kSchema},
    {Code::kLocalFile, kSchema},
    {Code::kBadText, kSchema},
    {Code::kBadCredential, kSchema},
    {Code::kOpenToken, kSchema},
    {Code::kUnknownVerb, kSchema},
    {Code::kBadVariable, kSchema},
    {Code::kReadOtherwise, kSchema},
    {Code::kOverlappingExitCodes, kSchema},
    {Code::kBadMatrix, kSchema},
    {Code::kUnknownAxis, kSchema},
    {Code::kVariableNotSet, kSchema},
    {Code::kConfigNotFound, kSchema},
    {Code::kUnknownRemote, kSchema},
    {Code::kRemoteUnavailable, kSchema},
    {Code::kBadGpuPart, kSchema},
    {Code::kGpuMemoryOfNone, kSchema},
    {Code::kGpuNotListed, kSchema},
    {Code::kGpuConflict, kSchema},
    // tasks become groups
    {Code::kUnknownTask, kSubmission},
    {Code::kApart, kSubmission},
    {Code::kCycle, kSubmission},
    {Code::kBadTopology, kSubmission},
    {Code::kUnknownResource, kResource},
    {Code::kGroupNameTaken, kUsage},
    // limits
    {Code::kTooManyTasks, kUser},
    {Code::kNameTooLong, kUser},
    {Code::kTaskTooLarge, kUser},
    // platforms
    {Code::kUnknownPlatform, kResource},
    {Code::kNotAllowed, kResource},
    {Code::kBadMount, kResource},
    {Code::kBadCacheSize, kResource},
    // registries, then storage, where OSMO has no word for what is wrong; in a checkpoint it is a mistake of the model
    {Code::kBadImage, kUsage},
    {Code::kLooseImage, kUsage},
    {Code::kBadStorageUrl, kSchema},
    {Code::kUnknownBucket, kUser},
    // credentials come last
    {Code::kUnknownCredential, kCredential},
    {Code::kClosedStorage, kCredential},
    // the other format; no submission has these
    {Code::kNotCarriedOver, kSchema},
    {Code::kNotConvertible, kSchema},
});

constexpr std::size_t row_of(Code code) {
  std::size_t row = 0;
  while (row < kRows.size() && kRows[row].code != code) ++row;
  return row;
}

// "SN201"
std::optional<Code> parse_code(std::string_view text) {
  std::uint16_t number = 0;
  if (!text.starts_with("SN")) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data() + 2, text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return static_cast<Code>(number);
}

}  // namespace

std::string_view to_string(DiagnosticClass value) {
  switch (value) {
    case kUser: return "user";
    case kUsage: return "usage";
    case kSchema: return "schema";
    case kSubmission: return "submission";
    case kResource: return "resource";
    case kTemplate: return "template";
    case kCredential: return "credential";
  }
  return "";
}

std::string_view error_code_of(DiagnosticClass value) {
  switch (value) {
    case kUser: return "USER";
    case kUsage:
    case kSchema:
    case kTemplate: return "USAGE";
    case kSubmission: return "SUBMISSION";
    case kResource: return "RESOURCE";
    case kCredential: return "CREDENTIAL";
  }
  return "";
}

DiagnosticClass class_of(Code code) {
  const std::size_t row = row_of(code);
  return row < kRows.size() ? kRows[row].value : kSchema;  // a test knows that each has a row
}

std::size_t classified_codes() { return kRows.size(); }

std::optional<DiagnosticClass> class_of(std::span<const Diagnostic> diagnostics) {
  std::size_t first = kRows.size();
  for (const Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.severity != Severity::kError) continue;
    if (const std::optional<Code> code = parse_code(diagnostic.code)) first = std::min(first, row_of(*code));
  }
  if (first == kRows.size()) return std::nullopt;
  return kRows[first].value;
}

}  // namespace sennit::spec
