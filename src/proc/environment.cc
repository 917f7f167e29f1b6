#include "proc/environment.h"

#include <cstring>

namespace sennit::proc {
namespace {

void append(std::vector<char>& text, std::string_view part) { text.insert(text.end(), part.begin(), part.end()); }

// The value of "NAME=value" if it is that name's.
const char* value_of(const char* entry, std::string_view name) {
  return std::strncmp(entry, name.data(), name.size()) == 0 && entry[name.size()] == '=' ? entry + name.size() + 1
                                                                                         : nullptr;
}

}  // namespace

bool is_valid_variable(std::string_view name, std::string_view value) {
  constexpr std::string_view kNot("=\0", 2);
  return !name.empty() && name.find_first_of(kNot) == std::string_view::npos &&
         value.find('\0') == std::string_view::npos;
}

Environment::Environment(const EnvironmentList& variables) {
  std::size_t size = 0;
  for (const auto& [name, value] : variables) size += name.size() + value.size() + 2;
  text_.reserve(size);  // the entries point into it
  for (const auto& [name, value] : variables) {
    if (!is_valid_variable(name, value)) continue;
    const std::size_t at = text_.size();
    text_.append(name).append("=").append(value).push_back('\0');
    const char* entry = text_.data() + at;
    const auto [place, added] = places_.try_emplace(std::string_view(entry, name.size()), entries_.size());
    if (added) {
      entries_.push_back(entry);
    } else {
      entries_[place->second] = entry;
    }
  }
}

const char* Environment::find(std::string_view name) const {
  const auto place = places_.find(name);
  return place == places_.end() ? nullptr : entries_[place->second] + name.size() + 1;
}

EnvironmentBlock::EnvironmentBlock(const Environment& base, std::span<const Variable> own) {
  std::size_t size = 0;
  for (const auto& [name, value] : own) size += name.size() + value.size() + 2;
  text_.reserve(size);  // the entries point into it
  entries_.reserve(base.entries_.size() + own.size() + 1);
  entries_ = base.entries_;
  for (const auto& [name, value] : own) {
    const char* entry = text_.data() + text_.size();
    append(text_, name);
    text_.push_back('=');
    append(text_, value);
    text_.push_back('\0');
    const auto place = base.places_.find(name);
    if (place != base.places_.end()) {
      entries_[place->second] = entry;
      continue;
    }
    std::size_t i = base.entries_.size();
    while (i < entries_.size() && value_of(entries_[i], name) == nullptr) ++i;
    if (i == entries_.size()) entries_.push_back(nullptr);
    entries_[i] = entry;
  }
  entries_.push_back(nullptr);
}

const char* EnvironmentBlock::find(std::string_view name) const {
  for (const char* entry : entries_) {
    if (entry == nullptr) break;
    if (const char* value = value_of(entry, name)) return value;
  }
  return nullptr;
}

}  // namespace sennit::proc
