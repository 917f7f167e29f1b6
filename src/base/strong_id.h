// Distinct integer ids without implicit conversion either way: a TaskIndex is never taken for a GroupIndex.
#pragma once

#include <compare>
#include <cstddef>
#include <functional>

namespace sennit {

template <class Tag, class Rep>
class StrongId {
 public:
  using rep = Rep;

  constexpr StrongId() = default;
  constexpr explicit StrongId(Rep value) : value_(value) {}

  constexpr Rep value() const { return value_; }
  friend constexpr auto operator<=>(StrongId, StrongId) = default;

 private:
  Rep value_{};
};

}  // namespace sennit

template <class Tag, class Rep>
struct std::hash<sennit::StrongId<Tag, Rep>> {
  std::size_t operator()(sennit::StrongId<Tag, Rep> id) const noexcept { return std::hash<Rep>{}(id.value()); }
};
