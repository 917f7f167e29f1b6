// Stored and sent records: bytes that mean something mean the same after being written again; others are refused.
// rooms: store wire
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "model/order.h"
#include "model/workflow.h"
#include "store/journal_codec.h"
#include "wire/messages.h"

namespace {

// Written twice, an event has the same bytes both times. (The first reading may drop fields that it does not know.)
void check_event(std::string_view bytes) {
  const auto event = sennit::store::decode_event(bytes);
  if (!event.ok()) return;
  std::string once;
  sennit::store::encode(event.value(), once);
  const auto again = sennit::store::decode_event(once);
  if (!again.ok()) std::abort();
  std::string twice;
  sennit::store::encode(again.value(), twice);
  if (once != twice) std::abort();
}

void check_blob(std::string_view bytes) {
  auto reader = sennit::store::BlobReader::open(bytes);
  if (!reader.ok()) return;
  while (!reader.value().at_end()) {
    if (!reader.value().next().ok()) return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  check_event(bytes);
  check_blob(bytes);
  static_cast<void>(sennit::wire::decode_message(data[0], bytes));
  static_cast<void>(sennit::decode_workflow(bytes));
  static_cast<void>(sennit::decode_task_body(bytes));
  static_cast<void>(sennit::decode_start_order(bytes));
  static_cast<void>(sennit::decode_workflow_context(bytes));
  return 0;
}
