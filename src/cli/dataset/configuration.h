// The buckets that apply where the user stands.
#pragma once

#include "base/result.h"
#include "cli/session.h"
#include "spec/config/config.h"

namespace sennit::cli {

// Fails with kInvalid, after printing what is wrong in which file.
Result<spec::DatasetsConfig> datasets_config(Session& session);

}  // namespace sennit::cli
