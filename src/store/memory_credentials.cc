#include "store/memory_credentials.h"

#include <fmt/format.h>

namespace sennit::store {

Result<std::vector<std::string>> MemoryCredentials::set(std::string_view user, const Credential& credential) {
  std::vector<std::string> replaced;
  std::erase_if(rows_, [&](const auto& row) {
    const Credential& old = row.second;
    const bool same = old.name == credential.name || (!old.profile.empty() && old.profile == credential.profile);
    if (row.first.first != user || !same) return false;
    replaced.push_back(old.name);
    return true;
  });
  rows_.insert_or_assign({std::string(user), credential.name}, credential);
  return replaced;
}

Result<void> MemoryCredentials::remove(std::string_view user, std::string_view name) {
  if (rows_.erase({std::string(user), std::string(name)}) > 0) return {};
  return Error(ErrorCode::kNotFound, fmt::format("there is no credential '{}'", name));
}

Result<std::vector<Credential>> MemoryCredentials::all(std::string_view user) {
  std::vector<Credential> found;
  for (const auto& [key, credential] : rows_) {
    if (key.first == user) found.push_back(credential);
  }
  return found;
}

Result<std::optional<Credential>> MemoryCredentials::find(std::string_view user, std::string_view name) {
  const auto row = rows_.find({std::string(user), std::string(name)});
  return row == rows_.end() ? std::optional<Credential>() : std::optional(row->second);
}

Result<std::optional<Credential>> MemoryCredentials::find_for(std::string_view user, std::string_view profile) {
  for (const auto& [key, credential] : rows_) {
    if (key.first == user && !profile.empty() && credential.profile == profile) return std::optional(credential);
  }
  return std::optional<Credential>();
}

}  // namespace sennit::store
