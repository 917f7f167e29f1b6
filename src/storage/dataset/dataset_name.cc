#include "storage/dataset/dataset_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/printable.h"

namespace sennit::storage {
namespace {

constexpr std::size_t kLongest = 128;
constexpr std::string_view kAllowed =
    "letters, digits, '_', '-' and '.', beginning with a letter, a digit or '_', at most 128 of them";

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

std::string DatasetName::text() const {
  return fmt::format("{}{}{}{}{}", bucket, bucket.empty() ? "" : "/", name, tag.empty() ? "" : ":", tag);
}

bool is_dataset_word(std::string_view word) {
  if (word.empty() || word.size() > kLongest || !is_word_character(word.front())) return false;
  return std::ranges::all_of(word, [](char c) { return is_word_character(c) || c == '-' || c == '.'; });
}

Result<DatasetName> parse_dataset_name(std::string_view text) {
  DatasetName name;
  std::string_view rest = text;
  if (const std::size_t colon = rest.find(':'); colon != std::string_view::npos) {
    name.tag = rest.substr(colon + 1);
    rest = rest.substr(0, colon);
    if (!is_dataset_word(name.tag)) {
      return Error(ErrorCode::kInvalid,
                   fmt::format("the dataset '{}': a tag after the colon consists of {}", printable(text), kAllowed));
    }
  }
  const std::size_t slash = rest.find('/');
  if (slash != std::string_view::npos) name.bucket = rest.substr(0, slash);
  name.name = slash == std::string_view::npos ? rest : rest.substr(slash + 1);
  if (!is_dataset_word(name.name) || (slash != std::string_view::npos && !is_dataset_word(name.bucket))) {
    return Error(ErrorCode::kInvalid, fmt::format("the dataset '{}': [bucket/]name[:tag] was expected, each of them {}",
                                                  printable(text), kAllowed));
  }
  return name;
}

std::optional<std::uint32_t> version_number(std::string_view tag) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(tag.data(), tag.data() + tag.size(), number);
  if (error != std::errc() || end != tag.data() + tag.size() || number == 0) return std::nullopt;
  return number;
}

Result<void> check_new_tag(std::string_view tag) {
  if (!is_dataset_word(tag)) {
    return Error(ErrorCode::kInvalid, fmt::format("the tag '{}': it consists of {}", printable(tag), kAllowed));
  }
  if (tag == kLatestTag || std::ranges::all_of(tag, [](char c) { return c >= '0' && c <= '9'; })) {
    return Error(
        ErrorCode::kInvalid,
        fmt::format("the tag '{}' cannot be given: numbers are versions, and 'latest' is always the newest", tag));
  }
  return {};
}

}  // namespace sennit::storage
