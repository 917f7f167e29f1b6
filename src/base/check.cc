#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace sennit {

void check_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "sennit: broken invariant: %s at %s:%d; please report this\n", expression, file, line);
  std::fflush(stderr);
  std::abort();
}

}  // namespace sennit
