#include "spec/template/objects.h"

#include "spec/template/compare.h"
#include "spec/template/fault.h"
#include "spec/template/unicode.h"

namespace sennit::spec::tmpl {

std::size_t Str::length() const {
  if (length_ == static_cast<std::size_t>(-1)) length_ = count_code_points(text_);
  return length_;
}

std::size_t Range::size() const {
  // Unsigned, so that the ends of the 64-bit range cannot overflow.
  const auto from = static_cast<std::uint64_t>(start);
  const auto to = static_cast<std::uint64_t>(stop);
  if (step > 0) return start < stop ? (to - from - 1) / static_cast<std::uint64_t>(step) + 1 : 0;
  return start > stop ? (from - to - 1) / (0 - static_cast<std::uint64_t>(step)) + 1 : 0;
}

const Val* Callable::attribute(Runtime& /*runtime*/, std::string_view /*name*/) { return nullptr; }

std::size_t Dict::locate(const Val& key, std::uint64_t hash) const {
  if (index_.empty()) {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (keys_equal(entries_[i].first, key)) return i;
    }
    return entries_.size();
  }
  const auto [first, last] = index_.equal_range(hash);
  for (auto it = first; it != last; ++it) {
    if (keys_equal(entries_[it->second].first, key)) return it->second;
  }
  return entries_.size();
}

void Dict::index_all() {
  index_.clear();
  if (entries_.size() < kIndexFrom) return;
  for (std::size_t i = 0; i < entries_.size(); ++i) index_.emplace(hash_of(entries_[i].first), i);
}

const Val* Dict::find(const Val& key) const {
  const std::size_t at = locate(key, hash_of(key));
  return at == entries_.size() ? nullptr : &entries_[at].second;
}

const Val* Dict::find(std::string_view key) const {
  if (index_.empty()) {
    for (const Entry& entry : entries_) {
      if (entry.first.is(Kind::kString) && entry.first.as<Str>().text() == key) return &entry.second;
    }
    return nullptr;
  }
  const auto [first, last] = index_.equal_range(hash_of(key));
  for (auto it = first; it != last; ++it) {
    const Entry& entry = entries_[it->second];
    if (entry.first.is(Kind::kString) && entry.first.as<Str>().text() == key) return &entry.second;
  }
  return nullptr;
}

void Dict::set(const Val& key, Val value) {
  const std::uint64_t hash = hash_of(key);
  const std::size_t at = locate(key, hash);
  if (at < entries_.size()) {
    entries_[at].second = std::move(value);
    return;
  }
  resize(sizeof(Dict) + (entries_.size() + 1) * (sizeof(Entry) + 48));
  entries_.emplace_back(key, std::move(value));
  if (entries_.size() == kIndexFrom) return index_all();
  if (entries_.size() > kIndexFrom) index_.emplace(hash, at);
}

bool Dict::erase(const Val& key) {
  const std::size_t at = locate(key, hash_of(key));
  if (at == entries_.size()) return false;
  entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(at));
  index_all();
  return true;
}

void Dict::clear() {
  index_.clear();
  std::vector<Entry>().swap(entries_);
}

void fail_undefined(const Val& undefined) {
  const auto& what = undefined.as<Undefined>();
  fail_at(what.offset, what.kind, what.message, what.name);
}

}  // namespace sennit::spec::tmpl
