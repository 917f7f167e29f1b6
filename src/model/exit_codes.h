// Exit codes that are not a command's own (reference: failure classification, section 4.3). A closed list: they tell
// users and exit actions *why* an attempt ended.
#pragma once

#include <cstdint>

namespace sennit::exit_codes {

inline constexpr std::int32_t kImagePull = 302;
inline constexpr std::int32_t kDownloadFailed = 2010;
inline constexpr std::int32_t kUploadFailed = 2012;
inline constexpr std::int32_t kAccessUnknown = 2013;  // whether its data may be read and written could not be found out
inline constexpr std::int32_t kAccessDenied = 2014;   // they may not
inline constexpr std::int32_t kCommandNotStarted = 2031;  // no such program, not executable, no such directory
inline constexpr std::int32_t kUpstreamFailed = 3000;
inline constexpr std::int32_t kLost = 3001;  // the runner no longer knows the attempt
inline constexpr std::int32_t kServerError = 3002;
inline constexpr std::int32_t kStartError = 3003;
inline constexpr std::int32_t kEvicted = 3004;  // killed for memory
inline constexpr std::int32_t kStartTimeout = 3005;
inline constexpr std::int32_t kPreempted = 3006;
inline constexpr std::int32_t kUnknown = 4000;

// A command ended by a signal has 128 + its number, as shells report it.
constexpr std::int32_t of_signal(int number) { return 128 + number; }

}  // namespace sennit::exit_codes
