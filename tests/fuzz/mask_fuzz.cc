// Masking: in pieces as in one, and nothing of a secret is left, in whatever form it was printed.
// rooms: logs
// seeds: build/fuzz/seeds/values
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "logs/secret_forms.h"
#include "logs/secret_mask.h"

namespace {

using sennit::logs::MaskedStream;
using sennit::logs::SecretMask;

std::string in_pieces(const SecretMask& mask, std::string_view text, std::size_t size) {
  MaskedStream stream(mask);
  std::string out;
  while (!text.empty()) {
    out += stream.take(text.substr(0, size));
    text.remove_prefix(std::min(size, text.size()));
  }
  return out += stream.end();
}

}  // namespace

// The first byte is the size of a piece, the second the secret's; the rest is the secret and the text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t piece = 1 + data[0] % 32U;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::string secret(rest.substr(0, data[1]));
  const std::string_view text = rest.substr(secret.size());
  const SecretMask mask({secret});
  const std::string whole = mask.mask(text);
  if (in_pieces(mask, text, piece) != whole) std::abort();
  if (!sennit::logs::is_long_enough(secret)) return 0;
  std::vector<sennit::logs::Pattern> forms;
  sennit::logs::append_forms(secret, forms);
  for (const auto& form : forms) {
    const std::string shown = mask.mask("<" + form.text + ">");
    if (form.text.find("[MASKED]") == std::string::npos && shown.find(form.text) != std::string::npos) std::abort();
  }
  return 0;
}
