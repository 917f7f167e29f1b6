// Datasets as JSON. Pure.
#pragma once

#include <string>
#include <vector>

#include "storage/dataset/download.h"
#include "storage/dataset/manifest.h"
#include "storage/dataset/register.h"
#include "storage/dataset/verify.h"
#include "views/json_writer.h"

namespace sennit::cli {

// The fields of a version, into an object that is begun.
void write_version(views::JsonWriter& writer, const storage::VersionRecord& version);

struct InspectedJson {
  std::string dataset;
  storage::VersionRecord version;
  const storage::Manifest& manifest;
};
std::string manifest_json(const InspectedJson& inspected);
std::string damages_json(const std::string& dataset, std::uint32_t version,
                         const std::vector<storage::Damage>& damages);
std::string changes_json(const std::string& dataset, std::uint32_t before, std::uint32_t after,
                         const std::vector<storage::ManifestChange>& changes);
std::string differences_json(const std::string& dataset, std::uint32_t version,
                             const std::vector<storage::Difference>& differences);

// "missing", "changed", "added", "removed".
std::string_view word_of(storage::Damage::Kind kind);
std::string_view word_of(storage::Difference::Kind kind);
std::string_view word_of(storage::ManifestChange::Kind kind);

}  // namespace sennit::cli
