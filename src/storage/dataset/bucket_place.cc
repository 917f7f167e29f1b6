#include "storage/dataset/bucket_place.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/printable.h"

namespace sennit::storage {

Result<Location> place_of_bucket(const spec::DatasetsConfig& config, std::string_view bucket,
                                 const std::string& local_directory) {
  const std::string_view name = bucket.empty() ? std::string_view(config.default_bucket) : bucket;
  if (const auto found = config.buckets.find(name); found != config.buckets.end()) {
    Result<Location> place = parse_location(found->second);
    if (!place) return std::move(place).error().in(fmt::format("the bucket '{}'", name));
    return place;
  }
  if (name == spec::kLocalBucket) return parse_location("file://" + local_directory);
  return Error(ErrorCode::kNotFound,
               fmt::format("there is no bucket '{}'; there are {} (datasets.buckets in config.yaml names them)",
                           printable(name), fmt::join(spec::bucket_names(config), ", ")));
}

}  // namespace sennit::storage
