// Lists of many small lists in two arrays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace sennit::layout {

class Rows {
 public:
  Rows() = default;
  // (row, value) pairs, in any order of rows; values of a row keep theirs.
  Rows(std::size_t count, std::span<const std::pair<std::uint32_t, std::uint32_t>> pairs)
      : offsets_(count + 1, 0), values_(pairs.size()) {
    for (const auto& [row, value] : pairs) ++offsets_[row + 1];
    for (std::size_t at = 1; at < offsets_.size(); ++at) offsets_[at] += offsets_[at - 1];
    std::vector<std::uint32_t> next(offsets_.begin(), offsets_.end() - 1);
    for (const auto& [row, value] : pairs) values_[next[row]++] = value;
  }

  std::span<const std::uint32_t> of(std::uint32_t row) const {
    return std::span(values_).subspan(offsets_[row], offsets_[row + 1] - offsets_[row]);
  }
  std::span<std::uint32_t> of(std::uint32_t row) {
    return std::span(values_).subspan(offsets_[row], offsets_[row + 1] - offsets_[row]);
  }
  std::size_t size() const { return offsets_.empty() ? 0 : offsets_.size() - 1; }

 private:
  std::vector<std::uint32_t> offsets_;
  std::vector<std::uint32_t> values_;
};

}  // namespace sennit::layout
