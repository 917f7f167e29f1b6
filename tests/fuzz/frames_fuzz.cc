// A byte stream cut into frames: in pieces of any size it gives the same frames as in one.
// rooms: wire
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "wire/frame.h"

namespace {

// All frames of the stream, each with its type, as one text; what follows a broken frame does not count.
std::string frames_of(std::string_view stream, std::size_t piece) {
  sennit::wire::FrameDecoder decoder(sennit::kibibytes(64));
  std::string seen;
  while (true) {
    sennit::wire::Frame frame;
    const auto more = decoder.next(frame);
    if (!more.ok()) return seen + "broken";
    if (more.value()) {
      seen.append(std::to_string(frame.type)).append(":").append(frame.payload).push_back('\n');
      continue;
    }
    if (stream.empty()) return seen;
    const auto room = decoder.space();
    const std::size_t count = std::min({room.size(), piece, stream.size()});
    std::memcpy(room.data(), stream.data(), count);
    decoder.commit(count);
    stream.remove_prefix(count);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view stream(reinterpret_cast<const char*>(data), size);
  const std::string whole = frames_of(stream, size + 1);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, std::size_t{1000}}) {
    if (frames_of(stream, piece) != whole) std::abort();
  }
  return 0;
}
