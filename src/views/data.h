// What the `data` commands say about objects and transfers.
//
// Threads: any. Errors: none.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sennit::views {

struct DataObjectView {
  std::string name;  // below the URL that was listed; a directory's ends with a slash
  std::uint64_t size = 0;
  std::string modified;  // RFC 3339; "": not asked for
};

struct DataListView {
  std::string url;
  std::vector<DataObjectView> objects;
};

// What an upload, a download or a removal came to.
struct DataTransferView {
  std::string url;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t left_out = 0;
  double seconds = 0;
};

struct DataCheckView {
  std::string status;  // pass or fail
  std::string error;   // why it fails
};

std::string to_json(const DataListView& view);
std::string to_json(const DataTransferView& view);
std::string to_json(const DataCheckView& view);

}  // namespace sennit::views
