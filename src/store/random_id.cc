#include "store/random_id.h"

#include <fmt/format.h>
#include <sodium.h>

#include "base/check.h"

namespace sennit::store {

std::uint64_t random_u64() {
  SENNIT_CHECK(sodium_init() >= 0);
  std::uint64_t value = 0;
  while (value == 0) randombytes_buf(&value, sizeof value);
  return value;
}

std::string random_uuid() { return fmt::format("{:016x}{:016x}", random_u64(), random_u64()); }

}  // namespace sennit::store
