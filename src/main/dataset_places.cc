#include "main/dataset_places.h"

#include <string_view>

#include "storage/dataset/bucket_place.h"

namespace sennit::main {
namespace {

std::vector<std::string_view> datasets_of(const TaskBody& body) {
  std::vector<std::string_view> names;
  for (const InputSpec& input : body.inputs) {
    if (input.kind == InputSpec::Kind::kDataset) names.push_back(input.source);
  }
  for (const OutputSpec& output : body.outputs) {
    if (output.kind != OutputSpec::Kind::kUrl) names.push_back(output.target);
  }
  return names;
}

}  // namespace

Result<DatasetPlaces> dataset_places(const spec::DatasetsConfig& config, const TaskBody& body,
                                     const store::VariableLookup& variable) {
  DatasetPlaces places;
  const std::vector<std::string_view> names = datasets_of(body);
  if (names.empty()) return places;
  SENNIT_ASSIGN(const std::string directory, store::locate_dataset_dir(variable));
  const auto add = [&](const std::string& bucket) -> Result<void> {
    SENNIT_ASSIGN(const storage::Location place, storage::place_of_bucket(config, bucket, directory));
    places.insert_or_assign(bucket, place.text());
    return {};
  };
  for (const std::string_view name : names) {
    const std::size_t slash = name.find('/');
    if (name.find("{{") != std::string_view::npos) {
      for (const std::string& bucket : spec::bucket_names(config)) SENNIT_TRY(add(bucket));
      SENNIT_TRY(add(""));
    } else {
      SENNIT_TRY(add(slash == std::string_view::npos ? std::string() : std::string(name.substr(0, slash))));
    }
  }
  return places;
}

}  // namespace sennit::main
