// What a credential must be to be stored (osmo-spec.md section 6): one table of keys for each type.
//
// Threads:   pure functions.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"
#include "model/credential.h"

namespace sennit::catalog {

// A variable of a program's environment holds 128 KiB, name included.
inline constexpr std::size_t kMaxValueBytes = std::size_t{64} * 1024;
inline constexpr std::size_t kMaxPayloadBytes = std::size_t{256} * 1024;  // keys and values together
inline constexpr std::size_t kMaxKeys = 256;

// The credential, with its profile. Values are as given, but for the endpoint, which gets its one form.
// Fails: kInvalid; the message names keys and never a value, but for those that are no secrets (endpoint, registry).
Result<Credential> checked(std::string name, CredentialType type, CredentialPayload payload);

}  // namespace sennit::catalog
