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

  static constexpr std::size_t kMostNews = 16;  // points of a name: of more, neighbours become one

  void take(const Readings& readings, Instant at);
  // An earlier process knew it.
  void adopt(std::string_view name, double latest);

  bool has_news() const { return has_news_; }
  // Of every name with something new a point for each value, or fewer; afterwards nothing is new.
  std::vector<NamedPoint> take_news();
  std::vector<NamedValue> latest() const;
  bool empty() const { return entries_.empty(); }

 private:
  struct Entry {
    std::string name;
    double latest = 0;
    std::vector<Point> news;
    std::uint32_t each = 1;  // values in a point of the news
  };
  static void add(Entry& entry, double value, double step, Instant at);
  Entry* find(std::string_view name);

  std::vector<Entry> entries_;
  double step_ = kNoStep;
  bool has_news_ = false;
};

}  // namespace sennit::progress
