// The closed list of what can be wrong with a file. A number is never reused; explain/ explains each one, for
// `sennit explain` and docs/diagnostics.md.
#pragma once

#include <cstdint>

namespace sennit::spec {

enum class Code : std::uint16_t {
  // the file as text and YAML
  kYamlSyntax = 101,
  kNotUtf8 = 102,
  kFileTooLarge = 103,
  kTooDeep = 104,
  kTooManyAliases = 105,
  kValueTooLong = 106,
  kUnknownAnchor = 107,
  kUnknownTag = 108,
  kBadKey = 109,
  kDuplicateKey = 110,
  kNoDialect = 111,
  kUnknownSection = 112,
  kDuplicateSection = 113,
  kManyDocuments = 114,
  kIgnoredText = 115,
  kReadOtherwise = 116,
  // templates
  kTemplateSyntax = 150,
  kTemplateUndefined = 151,
  kTemplateUnknownName = 152,
  kTemplateValue = 153,
  kTemplateForbidden = 154,
  kTemplateLimit = 155,
  kTemplateUnsupported = 156,
  kBadSet = 157,
  kBadDefaults = 158,
  kSetUnused = 159,
  kUnusedDefault = 160,
  kSetIsText = 161,
  // the shape of the spec
  kUnknownField = 201,
  kMissingField = 202,
  kWrongType = 203,
  kUnknownValue = 204,
  kEmpty = 205,
  kExclusive = 206,
  kOutOfRange = 207,
  kBadRegex = 208,
  kNoEffect = 209,
  // names and the graph
  kBadName = 301,
  kNameTooLong = 302,
  kReservedName = 303,
  kDuplicateName = 304,
  kUnknownTask = 305,
  kCycle = 306,
  kTooManyTasks = 307,
  kLead = 308,
  kBadLabel = 309,
  kTooManyLabels = 310,
  kTaskTooLarge = 311,
  kGroupNameTaken = 312,
  kApart = 313,
  kLabelPolicy = 314,
  // values
  kBadDuration = 401,
  kBadQuantity = 402,
  kBadExitCodes = 403,
  kBadImage = 404,
  kBadStorageUrl = 405,
  kBadFilePath = 406,
  kDuplicateFile = 407,
  kOpenToken = 408,
  kBadCredential = 409,
  kBadCacheSize = 410,
  kBadBase64 = 411,
  kLocalFile = 412,
  kBadText = 413,
  kBadMatrix = 414,
  kUnknownAxis = 415,
  kOverlappingExitCodes = 416,
  kLooseImage = 417,
  kBadGpuPart = 424,
  kGpuMemoryOfNone = 425,
  kBadQuota = 428,
  // resources
  kUnknownResource = 501,
  kUnknownPlatform = 502,
  kNotAllowed = 503,
  kBadMount = 504,
  kBadTopology = 505,
  kGpuNotListed = 506,
  kGpuConflict = 507,
  kUnknownPool = 508,
  // jobs
  kUnknownVerb = 601,
  kConfigNotFound = 602,
  kVariableNotSet = 603,
  kBadVariable = 604,
  kUnknownRemote = 605,
  kRemoteUnavailable = 606,
  // config.yaml
  kConfigUnreadable = 701,
  // convert
  kNotCarriedOver = 801,
  kNotConvertible = 802,
};

}  // namespace sennit::spec
