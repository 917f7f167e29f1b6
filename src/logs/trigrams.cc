#include "logs/trigrams.h"

#include <algorithm>

namespace sennit::logs {
namespace {

constexpr unsigned char kNone = 0xff;

constexpr std::array<unsigned char, 256> counted_bytes() {
  std::array<unsigned char, 256> table{};
  for (std::size_t byte = 0; byte < table.size(); ++byte) {
    table[byte] = static_cast<unsigned char>(byte >= 0x80 || byte == '\n' ? kNone
                                             : byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A')
                                                                          : byte);
  }
  return table;
}
constexpr std::array<unsigned char, 256> kCounted = counted_bytes();

// Calls `visit(first bit, second bit)` for each trigram that counts.
template <class Visit>
void each_trigram(std::string_view text, std::uint32_t bits, Visit visit) {
  std::uint32_t trigram = 0;
  int known = 0;
  for (const char c : text) {
    const unsigned char byte = kCounted[static_cast<unsigned char>(c)];
    if (byte == kNone) {
      known = 0;
      continue;
    }
    trigram = (trigram << 8U | byte) & 0xff'ffffU;
    if (++known < 3) continue;
    const std::uint64_t mixed = trigram * 0x9E3779B97F4A7C15U;
    visit(static_cast<std::uint32_t>(mixed >> 40U) & (bits - 1), static_cast<std::uint32_t>(mixed >> 20U) & (bits - 1));
  }
}

}  // namespace

void TrigramFilter::add(std::string_view text) {
  each_trigram(text, bits_, [this](std::uint32_t first, std::uint32_t second) {
    words_[first / 64] |= std::uint64_t{1} << (first % 64);
    words_[second / 64] |= std::uint64_t{1} << (second % 64);
  });
}

void TrigramFilter::clear() { std::ranges::fill(words_, 0); }

std::vector<std::uint32_t> trigram_bits(std::string_view text, std::uint32_t bits) {
  std::vector<std::uint32_t> found;
  each_trigram(text, bits, [&found](std::uint32_t first, std::uint32_t second) {
    found.push_back(first);
    found.push_back(second);
  });
  std::ranges::sort(found);
  found.erase(std::ranges::unique(found).begin(), found.end());
  return found;
}

bool folds_into_ascii(std::string_view text) {
  return text.find("\xE2\x84\xAA") != std::string_view::npos || text.find("\xC5\xBF") != std::string_view::npos;
}

}  // namespace sennit::logs
