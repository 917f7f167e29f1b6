// Trying out what keys open.
//
// Threads: the main thread.
#pragma once

#include "base/result.h"
#include "cli/session.h"
#include "storage/storage.h"

namespace sennit::cli {

// Fails: kInvalid (the keys do not open it), kNotFound (no such bucket, no rclone), kCancelled after Ctrl-C, and as
// storage/failure.h says.
Result<void> check_access(Session& session, storage::Target target, storage::Access access);

}  // namespace sennit::cli
