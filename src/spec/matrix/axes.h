// The value of `matrix:`: axes with their values, and which combinations of them are meant.
//
//   matrix:
//     lr: [1e-4, 1e-3]                     an axis
//     model: [small, large]
//     exclude: [{lr: 1e-3, model: large}]  without those that have all of these values
//     include: [{lr: 1e-5, model: large}]  and these as well
//
// Combinations come in the order in which they would be written by hand: the last axis changes fastest, then `include`.
//
// Threads:   one.
// Ownership: views the nodes that it was read from.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "spec/limits.h"
#include "spec/reporter.h"
#include "spec/yaml/node.h"

namespace sennit::spec {

class Matrix {
 public:
  struct Axis {
    std::string_view name;
    std::vector<const Node*> values;  // scalars
  };
  using Combination = std::vector<const Node*>;  // a value for each axis

  // Nothing if it is wrong, which has been reported; so is a product that is larger than the limit `tasks`.
  static std::optional<Matrix> read(const Node& node, const Limits& limits, Reporter& reporter);

  const std::vector<Axis>& axes() const { return axes_; }
  // The position of an axis; nothing if there is none of that name.
  std::optional<std::size_t> find(std::string_view axis) const;

  // Calls `take` for each combination.
  template <class Take>
  void for_each(Take take) const {
    for (std::uint64_t i = 0; i < product_; ++i) {
      const Combination combination = combination_at(i);
      if (!is_excluded(combination)) take(combination);
    }
    for (const Combination& combination : included_) take(combination);
  }

 private:
  void read_axis(const Node& entry, Reporter& reporter);
  void read_included(const Node& list, Reporter& reporter);
  void read_excluded(const Node& list, Reporter& reporter);
  // A value for each axis that the map names; null for the others.
  std::optional<Combination> read_partial(const Node& map, std::string_view what, Reporter& reporter) const;
  Combination combination_at(std::uint64_t index) const;
  bool is_excluded(const Combination& combination) const;

  std::vector<Axis> axes_;
  std::vector<Combination> included_;
  std::vector<Combination> excluded_;  // null: any value
  std::uint64_t product_ = 0;          // of the axes' sizes; 0: there are no axes with values
};

}  // namespace sennit::spec
