// Numbers with names, as one line of a task's output gives them.
//
// Threads: any, one at a time. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace sennit::progress {

// The names that mean something to us; all others are the task's own.
inline constexpr std::string_view kStep = "step";
inline constexpr std::string_view kTotal = "total";  // of the steps
inline constexpr std::string_view kEpoch = "epoch";
inline constexpr std::string_view kEpochs = "epochs";  // in all
inline constexpr std::string_view kPercent = "percent";
inline constexpr std::string_view kLoss = "loss";
inline constexpr std::string_view kLearningRate = "learning_rate";
inline constexpr std::string_view kAccuracy = "accuracy";

inline constexpr std::size_t kLongestName = 56;  // bytes; a longer one is no name

struct Reading {
  std::string_view name;  // of the line, or a constant
  double value = 0;
};

// Those of one line; more than there is room for are left out. A name that comes twice has its last value.
class Readings {
 public:
  // `name` must live as long as the line.
  void add(std::string_view name, double value) {
    if (name.empty() || name.size() > kLongestName) return;
    for (std::size_t i = 0; i < size_; ++i) {
      if (items_[i].name != name) continue;
      items_[i].value = value;
      return;
    }
    if (size_ < items_.size()) items_[size_++] = {name, value};
  }
  std::optional<double> find(std::string_view name) const {
    for (const Reading& one : *this) {
      if (one.name == name) return one.value;
    }
    return std::nullopt;
  }
  void clear() { size_ = 0; }
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  const Reading* begin() const { return items_.data(); }
  const Reading* end() const { return items_.data() + size_; }

 private:
  std::array<Reading, 48> items_;
  std::size_t size_ = 0;
};

}  // namespace sennit::progress
