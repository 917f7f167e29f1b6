#include "storage/dataset/version.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "views/json_writer.h"

namespace sennit::storage {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kFormat = 1;

Result<json::object> object_of(std::string_view text, std::string_view what) {
  boost::system::error_code failed;
  json::value value = json::parse({text.data(), text.size()}, failed);
  if (failed || !value.is_object()) return Error(ErrorCode::kCorrupt, fmt::format("{} cannot be read", what));
  const json::value* format = value.get_object().if_contains("format");
  if (format == nullptr || !format->is_int64())
    return Error(ErrorCode::kCorrupt, fmt::format("{} has no format", what));
  if (format->get_int64() != static_cast<std::int64_t>(kFormat)) {
    return Error(ErrorCode::kCorrupt, fmt::format("{} has format {}, and this release reads {}; a newer release of "
                                                  "Sennit wrote it",
                                                  what, format->get_int64(), kFormat));
  }
  return std::move(value.get_object());
}

std::uint64_t number_of(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr) return 0;
  boost::system::error_code failed;
  const auto number = value->to_number<std::uint64_t>(failed);
  return failed ? 0 : number;
}

std::string text_of(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

Notes notes_of(const json::object& object, const char* name) {
  Notes notes;
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_object()) return notes;
  for (const auto& [key, note] : value->get_object()) {
    if (note.is_string()) notes.emplace(std::string(key), std::string(note.get_string()));
  }
  return notes;
}

void write_notes(views::JsonWriter& writer, std::string_view name, const Notes& notes) {
  if (notes.empty()) return;
  writer.key(name);
  writer.begin_object();
  for (const auto& [key, value] : notes) writer.field(key, value);
  writer.end_object();
}

}  // namespace

std::string format_version(const VersionRecord& record) {
  std::string text;
  views::JsonWriter writer(text);
  writer.begin_object();
  writer.field("format", kFormat);
  writer.field("version", record.number);
  writer.field("manifest", hex_of(record.manifest));
  writer.field("files", record.files);
  writer.field("bytes", record.bytes);
  writer.field("created", record.created);
  writer.field("created_by", record.created_by);
  if (!record.source.empty()) writer.field("source", record.source);
  write_notes(writer, "labels", record.labels);
  write_notes(writer, "metadata", record.metadata);
  writer.end_object();
  text.push_back('\n');
  return text;
}

Result<VersionRecord> parse_version(std::string_view text) {
  SENNIT_ASSIGN(const json::object object, object_of(text, "the record of a version"));
  const auto manifest = parse_digest(text_of(object, "manifest"));
  const std::uint64_t number = number_of(object, "version");
  if (!manifest || number == 0 || number > UINT32_MAX) {
    return Error(ErrorCode::kCorrupt, "the record of a version has no number or no manifest");
  }
  return VersionRecord{.number = static_cast<std::uint32_t>(number),
                       .manifest = *manifest,
                       .files = number_of(object, "files"),
                       .bytes = number_of(object, "bytes"),
                       .created = views::parse_instant(text_of(object, "created")).value_or(Instant()),
                       .created_by = text_of(object, "created_by"),
                       .source = text_of(object, "source"),
                       .labels = notes_of(object, "labels"),
                       .metadata = notes_of(object, "metadata")};
}

std::string format_tag(std::uint32_t number) {
  return fmt::format("{{\"format\":{},\"version\":{}}}\n", kFormat, number);
}

Result<std::uint32_t> parse_tag(std::string_view text) {
  SENNIT_ASSIGN(const json::object object, object_of(text, "a tag"));
  const std::uint64_t number = number_of(object, "version");
  if (number == 0 || number > UINT32_MAX) return Error(ErrorCode::kCorrupt, "a tag names no version");
  return static_cast<std::uint32_t>(number);
}

}  // namespace sennit::storage
