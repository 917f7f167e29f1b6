#include "spec/template/big_int.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace sennit::spec::tmpl {

void BigInt::trim(Limbs& limbs) {
  while (!limbs.empty() && limbs.back() == 0) limbs.pop_back();
}

BigInt::BigInt(std::int64_t value) : negative_(value < 0) {
  auto magnitude = static_cast<std::uint64_t>(value);
  if (negative_) magnitude = 0 - magnitude;
  limbs_ = {static_cast<std::uint32_t>(magnitude), static_cast<std::uint32_t>(magnitude >> 32U)};
  trim(limbs_);
}

BigInt BigInt::parse(std::string_view digits, unsigned base) {
  BigInt result;
  for (const char c : digits) {
    const unsigned digit = c <= '9' ? static_cast<unsigned>(c - '0') : static_cast<unsigned>((c | 0x20) - 'a' + 10);
    std::uint64_t carry = digit;
    for (std::uint32_t& limb : result.limbs_) {
      carry += std::uint64_t{limb} * base;
      limb = static_cast<std::uint32_t>(carry);
      carry >>= 32U;
    }
    if (carry != 0) result.limbs_.push_back(static_cast<std::uint32_t>(carry));
  }
  return result;
}

BigInt BigInt::truncate(double value) {
  int exponent = 0;
  const double fraction = std::frexp(std::trunc(value), &exponent);  // value = fraction * 2^exponent
  BigInt result(static_cast<std::int64_t>(std::ldexp(fraction, 53)));
  if (exponent > 53) {
    BigInt power(1);
    const auto shift = static_cast<std::size_t>(exponent - 53);
    power.limbs_.assign(shift / 32, 0);
    power.limbs_.push_back(1U << (shift % 32));
    return result * power;
  }
  return BigInt(static_cast<std::int64_t>(value));
}

std::size_t BigInt::bits() const {
  if (limbs_.empty()) return 0;
  return limbs_.size() * 32 - static_cast<std::size_t>(std::countl_zero(limbs_.back()));
}

std::optional<std::int64_t> BigInt::narrow() const {
  if (limbs_.size() > 2) return std::nullopt;
  std::uint64_t magnitude = 0;
  if (!limbs_.empty()) magnitude = limbs_[0];
  if (limbs_.size() == 2) magnitude |= std::uint64_t{limbs_[1]} << 32U;
  const std::uint64_t largest = std::uint64_t{1} << 63U;
  if (negative_) {
    if (magnitude > largest) return std::nullopt;
    return static_cast<std::int64_t>(0 - magnitude);
  }
  if (magnitude >= largest) return std::nullopt;
  return static_cast<std::int64_t>(magnitude);
}

double BigInt::approximate() const {
  const std::size_t used = bits();
  if (used <= 64) {
    std::uint64_t magnitude = limbs_.empty() ? 0 : limbs_[0];
    if (limbs_.size() == 2) magnitude |= std::uint64_t{limbs_[1]} << 32U;
    const auto value = static_cast<double>(magnitude);
    return negative_ ? -value : value;
  }
  // The top 64 bits, with a sticky last bit so that the one rounding to 53 bits is right.
  std::uint64_t top = 0;
  const std::size_t shift = used - 64;
  for (std::size_t i = 0; i < 64; ++i) {
    const std::size_t bit = shift + i;
    if ((limbs_[bit / 32] >> (bit % 32) & 1U) != 0) top |= std::uint64_t{1} << i;
  }
  for (std::size_t bit = 0; bit < shift; ++bit) {
    if ((limbs_[bit / 32] >> (bit % 32) & 1U) != 0) {
      top |= 1U;
      break;
    }
  }
  const double value = std::ldexp(static_cast<double>(top), static_cast<int>(shift));
  return negative_ ? -value : value;
}

std::uint32_t BigInt::divide_small(Limbs& limbs, std::uint32_t divisor) {
  std::uint64_t rest = 0;
  for (std::size_t i = limbs.size(); i-- > 0;) {
    rest = rest << 32U | limbs[i];
    limbs[i] = static_cast<std::uint32_t>(rest / divisor);
    rest %= divisor;
  }
  trim(limbs);
  return static_cast<std::uint32_t>(rest);
}

std::string BigInt::text(unsigned base) const {
  if (zero()) return "0";
  std::uint32_t chunk = base;  // as many digits as fit a limb are split off at a time
  int chunk_digits = 1;
  while (std::uint64_t{chunk} * base <= 0xffffffffU) {
    chunk *= base;
    ++chunk_digits;
  }
  std::string out;
  Limbs rest = limbs_;
  while (!rest.empty()) {
    std::uint32_t piece = divide_small(rest, chunk);
    for (int i = 0; i < chunk_digits && (piece != 0 || !rest.empty()); ++i) {
      out.push_back("0123456789abcdefghijklmnopqrstuvwxyz"[piece % base]);
      piece /= base;
    }
  }
  if (negative_) out.push_back('-');
  std::reverse(out.begin(), out.end());
  return out;
}

BigInt BigInt::negated() const {
  BigInt result = *this;
  result.negative_ = !negative_ && !zero();
  return result;
}

std::strong_ordering BigInt::compare(const Limbs& a, const Limbs& b) {
  if (a.size() != b.size()) return a.size() <=> b.size();
  for (std::size_t i = a.size(); i-- > 0;) {
    if (a[i] != b[i]) return a[i] <=> b[i];
  }
  return std::strong_ordering::equal;
}

BigInt::Limbs BigInt::add(const Limbs& a, const Limbs& b) {
  Limbs sum(std::max(a.size(), b.size()) + 1);
  std::uint64_t carry = 0;
  for (std::size_t i = 0; i < sum.size(); ++i) {
    if (i < a.size()) carry += a[i];
    if (i < b.size()) carry += b[i];
    sum[i] = static_cast<std::uint32_t>(carry);
    carry >>= 32U;
  }
  trim(sum);
  return sum;
}

BigInt::Limbs BigInt::subtract(const Limbs& a, const Limbs& b) {
  Limbs difference(a.size());
  std::int64_t borrow = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    borrow += a[i];
    if (i < b.size()) borrow -= b[i];
    difference[i] = static_cast<std::uint32_t>(borrow);
    borrow >>= 32U;
  }
  trim(difference);
  return difference;
}

BigInt operator+(const BigInt& a, const BigInt& b) {
  BigInt result;
  if (a.negative_ == b.negative_) {
    result.limbs_ = BigInt::add(a.limbs_, b.limbs_);
    result.negative_ = a.negative_;
    return result;
  }
  const bool a_larger = BigInt::compare(a.limbs_, b.limbs_) >= 0;
  result.limbs_ = a_larger ? BigInt::subtract(a.limbs_, b.limbs_) : BigInt::subtract(b.limbs_, a.limbs_);
  result.negative_ = !result.zero() && (a_larger ? a.negative_ : b.negative_);
  return result;
}

BigInt operator*(const BigInt& a, const BigInt& b) {
  BigInt result;
  if (a.zero() || b.zero()) return result;
  result.limbs_.assign(a.limbs_.size() + b.limbs_.size(), 0);
  for (std::size_t i = 0; i < a.limbs_.size(); ++i) {
    std::uint64_t carry = 0;
    for (std::size_t j = 0; j < b.limbs_.size(); ++j) {
      carry += std::uint64_t{a.limbs_[i]} * b.limbs_[j] + result.limbs_[i + j];
      result.limbs_[i + j] = static_cast<std::uint32_t>(carry);
      carry >>= 32U;
    }
    result.limbs_[i + b.limbs_.size()] = static_cast<std::uint32_t>(carry);
  }
  BigInt::trim(result.limbs_);
  result.negative_ = a.negative_ != b.negative_;
  return result;
}

std::pair<BigInt, BigInt> BigInt::divide(const BigInt& a, const BigInt& b) {
  BigInt quotient;
  BigInt rest;
  quotient.limbs_.assign(a.limbs_.size(), 0);
  // Bit by bit: slow, but sizes are capped and the case is rare.
  for (std::size_t bit = a.limbs_.size() * 32; bit-- > 0;) {
    std::uint32_t carry = a.limbs_[bit / 32] >> (bit % 32) & 1U;
    for (std::uint32_t& limb : rest.limbs_) {
      const std::uint32_t next = limb >> 31U;
      limb = limb << 1U | carry;
      carry = next;
    }
    if (carry != 0) rest.limbs_.push_back(carry);
    if (compare(rest.limbs_, b.limbs_) < 0) continue;
    rest.limbs_ = subtract(rest.limbs_, b.limbs_);
    quotient.limbs_[bit / 32] |= 1U << (bit % 32);
  }
  trim(quotient.limbs_);
  quotient.negative_ = a.negative_ != b.negative_ && !quotient.zero();
  rest.negative_ = a.negative_ && !rest.zero();
  if (!rest.zero() && a.negative_ != b.negative_) {
    quotient = quotient - BigInt(1);
    rest = rest + b;
  }
  return {quotient, rest};
}

std::strong_ordering operator<=>(const BigInt& a, const BigInt& b) {
  if (a.negative_ != b.negative_) return a.negative_ ? std::strong_ordering::less : std::strong_ordering::greater;
  return a.negative_ ? BigInt::compare(b.limbs_, a.limbs_) : BigInt::compare(a.limbs_, b.limbs_);
}

}  // namespace sennit::spec::tmpl
