// SENNIT_CHECK aborts on a broken invariant. The journal makes a restart safe; going on with wrong state is not.
#pragma once

namespace sennit {

[[noreturn]] void check_failed(const char* expression, const char* file, int line);

}  // namespace sennit

#define SENNIT_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::sennit::check_failed(#condition, __FILE__, __LINE__))
