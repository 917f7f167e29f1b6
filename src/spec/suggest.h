// "did you mean": the nearest of some words.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sennit::spec {

// Letters to add, drop, change or swap, case not counted; gives up above `limit` and returns limit + 1.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);

// Keeps the nearest word of those it is shown, if one is near enough to be a slip of the pen; or else the first that
// the wanted one is short for, as cmd is for command.
class Nearest {
 public:
  explicit Nearest(std::string_view wanted);
  void consider(std::string_view candidate);
  // "" if none was near.
  std::string result() const { return best_.empty() ? long_form_ : best_; }

 private:
  std::string_view wanted_;
  std::size_t limit_;
  std::string best_;
  std::string long_form_;
};

std::string nearest(std::string_view wanted, std::span<const std::string_view> candidates);

}  // namespace sennit::spec
