#include "progress/tracker.h"

#include <algorithm>
#include <utility>

namespace sennit::progress {
namespace {

// It stays as it is: to say so again and again says nothing.
bool is_constant(std::string_view name) { return name == kTotal || name == kEpochs; }

}  // namespace

Tracker::Entry* Tracker::find(std::string_view name) {
  const auto found = std::ranges::find(entries_, name, &Entry::name);
  if (found != entries_.end()) return &*found;
  if (entries_.size() >= kMostNames) return nullptr;
  return &entries_.emplace_back(Entry{std::string(name), 0, {}, 1});
}

void Tracker::adopt(std::string_view name, double latest) {
  if (Entry* entry = find(name)) entry->latest = latest;
  if (name == kStep) step_ = latest;
}

void Tracker::add(Entry& entry, double value, double step, Instant at) {
  if (entry.news.size() == kMostNews && entry.news.back().count >= entry.each) {
    for (std::size_t i = 0; i < kMostNews / 2; ++i) {
      Point pair = entry.news[2 * i];
      pair.merge(entry.news[2 * i + 1]);
      entry.news[i] = pair;
    }
    entry.news.resize(kMostNews / 2);
    entry.each *= 2;
  }
  if (entry.news.empty() || entry.news.back().count >= entry.each) entry.news.emplace_back();
  entry.news.back().add(value, step, at);
}

void Tracker::take(const Readings& readings, Instant at) {
  if (const auto step = readings.find(kStep)) step_ = *step;
  for (const Reading& reading : readings) {
    const std::size_t before = entries_.size();
    Entry* entry = find(reading.name);
    if (entry == nullptr) continue;
    const bool is_known = entries_.size() == before;
    if (is_known && is_constant(entry->name) && entry->latest == reading.value) continue;
    entry->latest = reading.value;
    add(*entry, reading.value, step_, at);
    has_news_ = true;
  }
}

std::vector<NamedPoint> Tracker::take_news() {
  std::vector<NamedPoint> news;
  for (Entry& entry : entries_) {
    for (const Point& point : std::exchange(entry.news, {})) news.push_back({entry.name, point});
    entry.each = 1;
  }
  has_news_ = false;
  return news;
}

std::vector<NamedValue> Tracker::latest() const {
  std::vector<NamedValue> values;
  values.reserve(entries_.size());
  for (const Entry& entry : entries_) values.push_back({entry.name, entry.latest});
  return values;
}

}  // namespace sennit::progress
