// Run-time tokens in a text: whoever has no token of its own keeps its text, and values are not looked at again.
// rooms: launch spec
// seeds: build/fuzz/seeds/files
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "launch/tokens.h"
#include "spec/template/tag_scanner.h"

namespace {

using sennit::Result;

Result<std::optional<std::string>> nothing(std::string_view /*token*/) { return std::optional<std::string>(); }

Result<std::optional<std::string>> output_only(std::string_view token) {
  if (token != "output") return std::optional<std::string>();
  return std::optional<std::string>("{{output}}");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Result<std::string> same = sennit::launch::replace_tokens(text, nothing);
  if (!same || *same != text) std::abort();
  const Result<std::string> once = sennit::launch::replace_tokens(text, output_only);
  if (!once) std::abort();
  const Result<std::string> twice = sennit::launch::replace_tokens(*once, output_only);
  if (!twice || *twice != *once) std::abort();
  for (std::size_t at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", at + 1)) {
    const std::string_view rest = text.substr(at);
    const std::size_t token = sennit::spec::tmpl::runtime_token_size(rest);
    if (token > rest.size() || (token != 0 && !rest.substr(0, token).ends_with("}}"))) std::abort();
  }
  return 0;
}
