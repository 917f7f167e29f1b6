// What exit codes mean that are not a command's own: the reference's failure classification (section 4.3) as data.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/status.h"

namespace sennit::core {

// A code, or a range of codes that carry another one in them.
struct ExitMeaning {
  std::int32_t first = 0;
  std::int32_t last = 0;
  Status status = Status::kFailed;
  std::string_view sentence;  // of the task: "its inputs could not be downloaded"
  std::int32_t carries = 0;   // a code of the range, less this, is the code of what failed; 0: it carries none
};

// In the order of the codes; docs/tasks.md has them for users.
std::span<const ExitMeaning> exit_meanings();

// Null for a code that is a command's own.
const ExitMeaning* meaning_of(std::int32_t code);

// "its inputs could not be downloaded", "its preparation failed with code 7"; "" for a command's own code.
std::string sentence_of(std::int32_t code);

}  // namespace sennit::core
