// Integers beyond 64 bits, as Python has them; small and schoolbook, because the renderer caps their size.
//
// Threads:   plain values.
// Errors:    none; callers check for division by zero and for the size of results beforehand.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sennit::spec::tmpl {

class BigInt {
 public:
  BigInt() = default;
  explicit BigInt(std::int64_t value);

  // `digits` holds only digits of `base` (2 to 36).
  static BigInt parse(std::string_view digits, unsigned base);
  // Toward zero; `value` is finite.
  static BigInt truncate(double value);

  bool negative() const { return negative_; }
  bool zero() const { return limbs_.empty(); }
  std::size_t bits() const;
  std::optional<std::int64_t> narrow() const;  // nothing if it needs more than 64 bits
  double approximate() const;                  // correctly rounded down to 64 bits first; infinite if too large
  std::string text(unsigned base) const;
  BigInt negated() const;

  friend BigInt operator+(const BigInt& a, const BigInt& b);
  friend BigInt operator-(const BigInt& a, const BigInt& b) { return a + b.negated(); }
  friend BigInt operator*(const BigInt& a, const BigInt& b);
  // Quotient rounded down and the remainder with the divisor's sign, as Python's divmod. `b` is not zero.
  static std::pair<BigInt, BigInt> divide(const BigInt& a, const BigInt& b);

  friend std::strong_ordering operator<=>(const BigInt& a, const BigInt& b);
  friend bool operator==(const BigInt& a, const BigInt& b) = default;

 private:
  using Limbs = std::vector<std::uint32_t>;

  static std::strong_ordering compare(const Limbs& a, const Limbs& b);
  static Limbs add(const Limbs& a, const Limbs& b);
  static Limbs subtract(const Limbs& a, const Limbs& b);  // a >= b
  static std::uint32_t divide_small(Limbs& limbs, std::uint32_t divisor);
  static void trim(Limbs& limbs);

  bool negative_ = false;
  Limbs limbs_;  // magnitude, least significant first, no leading zeros; zero is empty
};

}  // namespace sennit::spec::tmpl
