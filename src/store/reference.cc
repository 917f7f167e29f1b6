#include "store/reference.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>

namespace sennit::store {

std::optional<std::uint64_t> key_of_reference(std::string_view reference) {
  std::uint64_t key = 0;
  const char* end = reference.data() + reference.size();
  const auto [stop, failed] = std::from_chars(reference.data(), end, key);
  if (reference.empty() || failed != std::errc{} || stop != end) return std::nullopt;
  return key;
}

Error no_single_match(std::string_view reference, const std::vector<std::string>& ids) {
  if (ids.empty() && reference == kLastReference) return {ErrorCode::kNotFound, "there is no workflow yet"};
  if (ids.empty()) return {ErrorCode::kNotFound, fmt::format("there is no workflow '{}'", reference)};
  const bool more = ids.size() >= kMatchesShown;
  return {ErrorCode::kInvalid,
          fmt::format("'{}' fits several workflows: {}{}", reference, fmt::join(ids, ", "), more ? ", ..." : "")};
}

Result<std::string> slug_of_id(std::string_view id, std::uint32_t n) {
  const std::string ending = fmt::format("-{}", n);
  if (id.size() <= ending.size() || !id.ends_with(ending)) {
    return Error(ErrorCode::kInvalid, fmt::format("workflow id '{}' does not end with '{}'", id, ending));
  }
  return std::string(id.substr(0, id.size() - ending.size()));
}

}  // namespace sennit::store
