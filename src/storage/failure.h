// What rclone's failures mean: an error code, and a message that says what to do. rclone and the servers have no codes
// in common, so this goes by the words that they use; what it does not know is told as it stands and may be retried.
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "storage/location.h"

namespace sennit::storage {

// How one run of rclone failed.
struct RunFailure {
  int exit_code = 0;
  int signal = 0;
  std::string text;  // its last error
};

// kInvalid: keys that are wrong, expired or may not do this. kNotFound: no such bucket or host. kExhausted: the disk or
// a quota is full. kUnavailable, kTimeout: the server is not there now. kIo: the rest. The credential's `secrets` are
// masked wherever they turn up.
Error explain(const RunFailure& failure, const Location& location, const std::vector<std::string>& secrets);

// Whether another attempt may do better.
bool is_worth_retrying(const Error& error);

}  // namespace sennit::storage
