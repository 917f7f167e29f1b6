// How people name a workflow: shared by the stores so that they agree.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/history.h"

namespace sennit::store {

inline constexpr std::string_view kLastReference = "last";
// Shorter prefixes of a uuid would make short words of hex digits ("add", "bad") name workflows by accident.
inline constexpr std::size_t kMinUuidPrefix = 8;
// How many matches are looked at; more than one is an error, and the message names this many less one.
inline constexpr std::size_t kMatchesShown = 5;

// "17" as a key; nullopt if it is not a number.
std::optional<std::uint64_t> key_of_reference(std::string_view reference);

// Why there is not exactly one: kNotFound or kInvalid.
Error no_single_match(std::string_view reference, const std::vector<std::string>& ids);

// The slug of "<slug>-<n>". kInvalid: `id` does not end so.
Result<std::string> slug_of_id(std::string_view id, std::uint32_t n);

}  // namespace sennit::store
