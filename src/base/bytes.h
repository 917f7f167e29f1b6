// A size in bytes: a type of its own, so that it is never mixed with a count.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace sennit {

class Bytes {
 public:
  constexpr Bytes() = default;
  constexpr explicit Bytes(std::uint64_t count) : count_(count) {}
  constexpr std::uint64_t count() const { return count_; }

  friend constexpr auto operator<=>(Bytes, Bytes) = default;
  friend constexpr Bytes operator+(Bytes a, Bytes b) { return Bytes(a.count_ + b.count_); }
  friend constexpr Bytes operator-(Bytes a, Bytes b) { return Bytes(a.count_ - b.count_); }

 private:
  std::uint64_t count_ = 0;
};

constexpr Bytes kibibytes(std::uint64_t n) { return Bytes(n << 10); }
constexpr Bytes mebibytes(std::uint64_t n) { return Bytes(n << 20); }
constexpr Bytes gibibytes(std::uint64_t n) { return Bytes(n << 30); }

// "512 MiB", "1.5 GiB": for people, one decimal where it is not a whole number.
std::string readable(Bytes size);

}  // namespace sennit
