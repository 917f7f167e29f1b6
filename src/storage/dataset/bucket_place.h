// Which place a bucket's name means, by the configuration.
//
// Threads: pure functions. Errors: kNotFound with the buckets that there are; kInvalid.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "spec/config/config.h"
#include "storage/location.h"

namespace sennit::storage {

// `bucket` as in a dataset's name, "" for the default one. "local" is `local_directory` unless it is configured.
Result<Location> place_of_bucket(const spec::DatasetsConfig& config, std::string_view bucket,
                                 const std::string& local_directory);

}  // namespace sennit::storage
