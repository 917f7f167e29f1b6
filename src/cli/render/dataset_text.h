// Datasets, their versions and manifests: as people read them and as JSON. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cli/text/style.h"
#include "storage/dataset/download.h"
#include "storage/dataset/register.h"
#include "storage/dataset/removal.h"
#include "storage/dataset/upload.h"
#include "storage/dataset/verify.h"

namespace sennit::cli {

struct DatasetListing {
  std::string bucket;  // where it lies
  std::vector<storage::DatasetSummary> datasets;
  std::uint64_t total = 0;  // of which those are a part
};
std::string dataset_list_text(const DatasetListing& listing, const Style& style);
std::string dataset_list_json(const DatasetListing& listing);

// What `info` shows: the versions, and how much room they take.
struct DatasetDetails {
  std::string name;
  std::string bucket;
  storage::DatasetState state;
  std::map<std::uint32_t, std::uint64_t> own_bytes;  // of contents that no other version has
  std::uint64_t stored_bytes = 0;                    // of contents, each once
  std::uint64_t shown_bytes = 0;                     // of all versions' files
};
DatasetDetails details_of(std::string name, std::string bucket, storage::DatasetState state,
                          const std::map<storage::Digest, storage::Manifest>& manifests);
std::string dataset_details_text(const DatasetDetails& details, const Style& style);
std::string dataset_details_json(const DatasetDetails& details);

std::string uploaded_text(const std::string& dataset, const storage::Uploaded& uploaded, Micros took);
std::string uploaded_json(const std::string& dataset, const storage::Uploaded& uploaded, std::uint64_t left_out,
                          Micros took);

std::string removed_text(const std::string& dataset, const storage::Removed& removed);
std::string removed_json(const std::string& dataset, const storage::Removed& removed);

}  // namespace sennit::cli
