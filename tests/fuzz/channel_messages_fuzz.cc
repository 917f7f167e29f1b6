// What comes through a channel from either end: any payload of any type is a message or an error, and what is a message
// survives the codec.
// rooms: wire
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "wire/channel_messages.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  // 256..319: all that there are.
  const auto type = static_cast<sennit::wire::FrameType>(sennit::wire::kFirstChannelFrame + data[0] % 64);
  const std::string_view payload(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto message = sennit::wire::decode_channel_message(type, payload);
  if (!message) return 0;
  std::string again;
  const sennit::wire::FrameType again_type = sennit::wire::encode(*message, again);
  if (again_type == 0) return 0;
  const auto second = sennit::wire::decode_channel_message(again_type, again);
  if (!second || !(*second == *message)) std::abort();
  return 0;
}
