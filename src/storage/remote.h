// A storage URL as rclone knows it: a remote whose whole configuration is environment variables. Nothing of it is ever
// on a command line or in a file.
//
// Threads: pure functions. Errors: kInvalid (the credential does not fit the storage), kNotFound (there is none, and
// the storage gives access to nobody without; the message says how to give one).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "storage/credential.h"
#include "storage/location.h"

namespace sennit::storage {

struct Remote {
  std::string root;                                               // "sennit:bucket/path", or an absolute path
  std::vector<std::pair<std::string, std::string>> variables;     // RCLONE_CONFIG_SENNIT_...
  std::vector<std::string> secrets;                               // what must not be shown
  enum class Ambient { kLeft, kTaken } ambient = Ambient::kLeft;  // kTaken: AWS_* and AZURE_* are not for this one

  // Whether rclone would make a bucket that is not there, so that we look before.
  enum class MissingBucket { kRefused, kMade } missing_bucket = MissingBucket::kRefused;

  // Something below it; `name` without a leading slash.
  std::string below(std::string_view name) const;
  // The words of a command that fails if the bucket is not there or may not be read, and is cheap however much is in
  // it: it lists what is below a name that nothing has.
  std::vector<std::string> probe_words() const;
};

// `now`: some access is signed for a day.
Result<Remote> remote_of(const Location& location, const CredentialFound& credential, Instant now);

}  // namespace sennit::storage
