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
  return &entries_.emplace_back(Entry{std::string(name), 0, {}});
}

void Tracker::adopt(std::string_view name, double latest) {
  if (Entry* entry = find(name)) entry->latest = latest;
  if (name == kStep) step_ = latest;
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
    entry->news.add(reading.value, step_, at);
    has_news_ = true;
  }
}

std::vector<NamedPoint> Tracker::take_news() {
  std::vector<NamedPoint> news;
  for (Entry& entry : entries_) {
    if (entry.news.count > 0) news.push_back({entry.name, std::exchange(entry.news, {})});
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
