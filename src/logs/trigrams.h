// Which sequences of three bytes a piece of text has, in a few bits: so a search knows where it need not look.
//
// ASCII letters count as small. Trigrams with a newline or with bytes above ASCII are left out on both sides.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace sennit::logs {

// A set that may say yes to what is not in it: a Bloom filter with two bits each.
class TrigramFilter {
 public:
  explicit TrigramFilter(std::uint32_t bits) : bits_(bits), words_(bits / 64 + 1) {}

  void add(std::string_view text);
  void clear();

  std::uint32_t bits() const { return bits_; }
  bool has_bit(std::uint32_t bit) const { return (words_[bit / 64] >> (bit % 64) & 1U) != 0; }
  // Calls `visit(bit)` for each that is set.
  template <class Visit>
  void each_bit(Visit visit) const {
    for (std::size_t word = 0; word < words_.size(); ++word) {
      for (std::uint64_t left = words_[word]; left != 0; left &= left - 1) {
        visit(static_cast<std::uint32_t>(word * 64) + static_cast<std::uint32_t>(__builtin_ctzll(left)));
      }
    }
  }

 private:
  std::uint32_t bits_;
  std::vector<std::uint64_t> words_;
};

// The two bits of each trigram of `text` that counts, sorted, each once.
std::vector<std::uint32_t> trigram_bits(std::string_view text, std::uint32_t bits);

// Whether the text has a character outside of ASCII that some pattern takes for an ASCII letter (the Kelvin sign, the
// long s): its filter says nothing then.
bool folds_into_ascii(std::string_view text);

}  // namespace sennit::logs
