// A submission as it came, in the store: what a rerun with other values is made from.
//
// The store holds it beside the file, the environment and the directory, which it is put together with again. All of it
// is exact and sealed; what is masked is masked when it is shown.
//
// Threads: any. Ownership: values.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/result.h"
#include "store/history.h"
#include "views/views.h"

namespace sennit::api {

enum class Extent : std::uint8_t {
  kWhole = 0,
  kPart = 1,  // the workflow has only some of the tasks that the file has
};

struct StoredRequest {
  views::SubmitRequest request;
  Extent extent = Extent::kWhole;
};

// Without the text, the environment, the directory and the user; with these local files. Never "".
std::string encode_request(const views::SubmitRequest& request, const std::map<std::string, std::string>& files,
                           Extent extent);

// With them. kConflict: a release submitted it that did not keep this; kCorrupt.
Result<StoredRequest> stored_request(const store::StoredWorkflow& workflow);

}  // namespace sennit::api
