// What went wrong, for the caller to decide on and for a person to read.
//
// A code answers "what should the caller do"; the message names the operation and the object, starts in lower case
// and has no full stop. Context is added on the way up with `Error::in()`. Decide on codes, never on message text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace sennit {

enum class ErrorCode : std::uint8_t {
  kInvalid,      // the request itself is wrong; repeating it cannot help
  kNotFound,     // the thing named does not exist
  kConflict,     // it exists already, or is in a state that forbids the request
  kExhausted,    // a limit was reached: fds, pids, disk, a configured bound
  kUnavailable,  // the other side is not there now; try again
  kTimeout,      // it did not happen in the time given
  kCancelled,    // somebody asked for it to stop
  kCorrupt,      // stored or received bytes do not mean anything to this release
  kIo,           // the operating system refused
  kInternal,     // a bug of ours
};

// The code's name in snake case, as shown in JSON errors: "not_found".
std::string_view to_string(ErrorCode code);

// Whether the same request may succeed later without anybody changing it.
bool is_retryable(ErrorCode code);

class [[nodiscard]] Error {
 public:
  Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}

  // From errno: maps the number to a code and appends its text. `what` names the operation and the object.
  static Error from_errno(std::string_view what, int number);

  ErrorCode code() const { return code_; }
  const std::string& message() const { return message_; }

  // The same error with context in front: "open store: disk I/O error".
  Error in(std::string_view context) && {
    message_.insert(0, ": ").insert(0, context);
    return std::move(*this);
  }

 private:
  ErrorCode code_;
  std::string message_;
};

}  // namespace sennit
