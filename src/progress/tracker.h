// What an attempt has said of itself: the latest of each number, and what has come of it since somebody asked.
//
// Threads: any, one at a time. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "model/measures.h"
#include "progress/readings.h"
#include "progress/series.h"

namespace sennit::progress {

class Tracker {
 public:
  // Names beyond these are left out, the first ones stay: a task that counts by name has no end of them.
  static constexpr std::size_t kMostNames = 64;

  void take(const Readings& readings, Instant at);
  // An earlier process knew it.
  void adopt(std::string_view name, double latest);

  bool has_news() const { return has_news_; }
  // Of every name with something new one point; afterwards nothing is new.
  std::vector<NamedPoint> take_news();
  std::vector<NamedValue> latest() const;
  bool empty() const { return entries_.empty(); }

 private:
  struct Entry {
    std::string name;
    double latest = 0;
    Point news;  // of count 0: none
  };
  Entry* find(std::string_view name);

  std::vector<Entry> entries_;
  double step_ = kNoStep;
  bool has_news_ = false;
};

}  // namespace sennit::progress
