#include "storage/listing.h"

#include <boost/json.hpp>

namespace sennit::storage {

namespace json = boost::json;

Result<std::optional<Entry>> parse_listed_line(std::string_view line) {
  while (!line.empty() && (line.back() == ',' || line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
  if (line.empty() || line == "[" || line == "]" || line == "[]") return std::optional<Entry>();
  boost::system::error_code failed;
  const json::value value = json::parse({line.data(), line.size()}, failed);
  const json::object* object = failed ? nullptr : value.if_object();
  const json::value* path = object != nullptr ? object->if_contains("Path") : nullptr;
  if (path == nullptr || !path->is_string()) return Error(ErrorCode::kCorrupt, "rclone's listing cannot be read");
  Entry entry;
  entry.path = std::string_view(path->get_string());
  if (const json::value* size = object->if_contains("Size"); size != nullptr && size->is_int64()) {
    entry.size = static_cast<std::uint64_t>(std::max<std::int64_t>(size->get_int64(), 0));
  }
  if (const json::value* is_directory = object->if_contains("IsDir")) {
    if (is_directory->is_bool() && is_directory->get_bool()) entry.kind = Entry::Kind::kDirectory;
  }
  if (const json::value* time = object->if_contains("ModTime"); time != nullptr && time->is_string()) {
    entry.modified = std::string_view(time->get_string());
  }
  return std::optional(std::move(entry));
}

}  // namespace sennit::storage
