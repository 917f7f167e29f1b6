// A text is read more than once where one reading shows that another one will say more.
//
// Threads:   one.
#pragma once

#include <cstdint>
#include <string_view>

#include "spec/reporter.h"
#include "spec/yaml/mended.h"

namespace sennit::spec {

// How one reading ended: those that are not done want one more.
enum class Reading : std::uint8_t { kDone, kHeaderWasLate, kMended };

// Calls `read_pass(mended, before)`, where `before` is what had been reported before it, until it is done. What a
// reading reported whose header was late is taken back, and `header_was_late()` called before the next one.
template <class ReadPass, class HeaderWasLate>
void read_until_done(std::string_view yaml, Reporter& reporter, ReadPass read_pass, HeaderWasLate header_was_late) {
  Mended mended(yaml);
  Reporter::Mark before = reporter.mark();
  for (Reading reading = read_pass(mended, before); reading != Reading::kDone; reading = read_pass(mended, before)) {
    if (reading == Reading::kHeaderWasLate) {
      reporter.rewind(before);
      header_was_late();
    }
    before = reporter.mark();
  }
}

}  // namespace sennit::spec
