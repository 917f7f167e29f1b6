// Random names from the system's generator. Threads: any.
#pragma once

#include <cstdint>
#include <string>

namespace sennit::store {

// 32 hex digits.
std::string random_uuid();
// Never 0.
std::uint64_t random_u64();

}  // namespace sennit::store
