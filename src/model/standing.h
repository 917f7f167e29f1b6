// What kind of status it is, in as few kinds as people tell apart: it decides colours, signs, and in which number a
// task is counted. The command line, the terminal view and pictures agree, because it is decided here alone.
#pragma once

#include <cstdint>
#include <string_view>

namespace sennit {

enum class Standing : std::uint8_t { kWaiting, kReady, kRunning, kCompleted, kFailed, kCanceled };

// Of a task's, group's or workflow's status, as the API says it. Ready is all between what a task waits for and its
// first step: what is made to start does not run, and is not counted as running. Cancelled is also what never began
// because of others. A word that is not known is kWaiting.
Standing standing_of(std::string_view status);

constexpr bool is_over(Standing standing) { return standing >= Standing::kCompleted; }

}  // namespace sennit
