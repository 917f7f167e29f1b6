// Finds many texts in a long one at once, at the speed at which a task can write.
//
// Wu and Manber's way: the window is as long as the shortest pattern (64 bytes at most), its last three bytes tell how
// far the next place lies where a pattern could begin, and most of the text is never looked at. Where one could begin,
// a binary search in the sorted patterns finds the longest that does.
//
// Threads:   immutable; any.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sennit::logs {

struct Pattern {
  std::string text;
  bool is_part = false;  // of a longer text that was cut: a match goes on in the next one
};

class PatternSet {
 public:
  // Empty ones are left out; of equal ones one is kept.
  explicit PatternSet(std::vector<Pattern> patterns);

  // Whether the text goes on behind its end.
  enum class Ending : std::uint8_t { kFinal, kMore };

  struct Found {
    std::size_t at = 0;    // text.size(): nothing
    std::size_t size = 0;  // 0 before the text's end: what follows may be the beginning of a pattern, and is cut off
    bool is_part = false;
  };
  // The first place at or after `from`, and the longest pattern that begins there.
  Found find(std::string_view text, std::size_t from, Ending ending) const;

  bool empty() const { return patterns_.empty(); }
  std::size_t longest() const { return longest_; }

 private:
  static constexpr std::size_t kNone = ~std::size_t{0};
  static constexpr unsigned kBlockBits = 15;

  static std::size_t block(const char* end);
  void fill_shifts();
  void link_prefixes();
  const Pattern* match_at(std::string_view text) const;
  bool may_begin(std::string_view text) const;

  std::vector<Pattern> patterns_;    // sorted
  std::vector<std::size_t> prefix_;  // the longest other pattern that this one begins with
  std::size_t window_ = 0;
  std::size_t longest_ = 0;
  std::vector<std::uint8_t> shifts_;        // by block
  std::array<bool, 256> first_bytes_ = {};  // that a pattern begins with
};

}  // namespace sennit::logs
