// Base64; decoded as Python's b64decode reads it by default: characters outside the alphabet are skipped.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sennit {

// Nothing if the padding is wrong.
std::optional<std::string> decode_base64(std::string_view text);

std::string encode_base64(std::string_view bytes);

}  // namespace sennit
