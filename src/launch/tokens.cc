#include "launch/tokens.h"

namespace sennit::launch {
namespace {

std::string_view without_spaces(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

Result<std::string> replace_tokens(std::string_view text, const TokenValue& value) {
  std::string out;
  for (;;) {
    const std::size_t open = text.find("{{");
    const std::size_t close = open == std::string_view::npos ? open : text.find("}}", open + 2);
    if (close == std::string_view::npos) break;
    // "{{{output}}": the token is the innermost pair.
    const std::size_t inner = text.rfind("{{", close - 2);
    const std::size_t begin = inner == std::string_view::npos || inner < open ? open : inner;
    const std::string_view token = without_spaces(text.substr(begin + 2, close - begin - 2));
    SENNIT_ASSIGN(const std::optional<std::string> replacement, value(token));
    if (replacement.has_value()) {
      out.append(text.substr(0, begin)).append(*replacement);
      text.remove_prefix(close + 2);
    } else {
      // What follows the opening braces may hold a token still.
      out.append(text.substr(0, begin + 2));
      text.remove_prefix(begin + 2);
    }
  }
  return out.append(text);
}

}  // namespace sennit::launch
