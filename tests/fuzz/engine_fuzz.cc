// What a container engine, and a registry behind it, may answer: any bytes are values or an error.
// rooms: launch
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "launch/engine/answers.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  static_cast<void>(sennit::launch::parse_container(text));
  static_cast<void>(sennit::launch::parse_image(text));
  static_cast<void>(sennit::launch::parse_list(text));
  static_cast<void>(sennit::launch::parse_names(text));
  static_cast<void>(sennit::launch::parse_refusal(text));
  sennit::launch::PullAnswer answer;
  const std::size_t piece = data[0] % 64 + 1;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    if (!answer.take(text.substr(at, piece)).ok()) return 0;
  }
  static_cast<void>(answer.finish());
  return 0;
}
