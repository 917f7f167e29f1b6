// Requests from a client that may send anything.
// rooms: http views
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "http/request_reader.h"
#include "http/target.h"
#include "views/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  static_cast<void>(sennit::http::parse_target(bytes));
  static_cast<void>(sennit::views::parse_submit_request(bytes));
  static_cast<void>(sennit::views::parse_workflow(bytes));

  using Reader = sennit::http::RequestReader;
  Reader reader({.header = sennit::kibibytes(8), .body = sennit::kibibytes(64)});
  while (!bytes.empty() && reader.stage() != Reader::Stage::kRefused) {
    const std::size_t taken = reader.feed(bytes);
    bytes.remove_prefix(taken);
    if (reader.stage() == Reader::Stage::kDone) {
      static_cast<void>(reader.take());
    } else if (taken == 0) {
      break;
    }
  }
  return 0;
}
