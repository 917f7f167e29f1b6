#include "storage/dataset/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/printable.h"
#include "base/utf8.h"
#include "storage/object_name.h"
#include "views/json_writer.h"

namespace sennit::storage {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kFormat = 1;
constexpr std::size_t kLongestPath = 4095;  // PATH_MAX without its zero

std::optional<std::uint64_t> number_in(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains({name.data(), name.size()});
  if (value == nullptr) return std::nullopt;
  boost::system::error_code failed;
  const auto number = value->to_number<std::uint64_t>(failed);
  return failed ? std::nullopt : std::optional(number);
}

std::optional<std::string> text_in(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains({name.data(), name.size()});
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

struct Header {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};

std::optional<json::object> object_of(std::string_view line) {
  boost::system::error_code failed;
  json::value value = json::parse({line.data(), line.size()}, failed);
  if (failed || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

Result<Header> parse_header(std::string_view line) {
  const auto object = object_of(line);
  const auto format = object ? number_in(*object, "format") : std::nullopt;
  if (!format) return Error(ErrorCode::kCorrupt, "this is no manifest of a dataset");
  if (*format != kFormat) {
    return Error(ErrorCode::kCorrupt, fmt::format("the manifest has format {}, and this release reads {}; a newer "
                                                  "release of Sennit wrote it",
                                                  *format, kFormat));
  }
  const auto files = number_in(*object, "files");
  const auto bytes = number_in(*object, "bytes");
  if (!files || !bytes) return Error(ErrorCode::kCorrupt, "the manifest's first line does not say how much it lists");
  return Header{.files = *files, .bytes = *bytes};
}

Result<ManifestFile> parse_file(std::string_view line) {
  const auto object = object_of(line);
  if (!object) return Error(ErrorCode::kCorrupt, "it is not a JSON object");
  auto path = text_in(*object, "path");
  const auto size = number_in(*object, "size");
  const auto digest = parse_digest(text_in(*object, "sha256").value_or(std::string()));
  if (!path || !size || !digest) return Error(ErrorCode::kCorrupt, "path, size and sha256 were expected");
  if (const auto why = unlistable(*path)) {
    return Error(ErrorCode::kCorrupt, fmt::format("the path '{}' {}", printable(*path), *why));
  }
  const json::value* executable = object->if_contains("executable");
  const bool is_executable = executable != nullptr && executable->is_bool() && executable->get_bool();
  return ManifestFile{.path = std::move(*path),
                      .size = *size,
                      .digest = *digest,
                      .mode = is_executable ? ManifestFile::Mode::kExecutable : ManifestFile::Mode::kPlain};
}

// Why the files, sorted by path, are no manifest.
std::optional<std::string> collision(const std::vector<ManifestFile>& files) {
  for (std::size_t i = 1; i < files.size(); ++i) {
    if (files[i - 1].path == files[i].path) return fmt::format("'{}' is there twice", printable(files[i].path));
  }
  // "a", "a.b", "a/c": what lies below a file need not come right after it, so each directory is looked for.
  for (const ManifestFile& file : files) {
    for (std::size_t slash = file.path.find('/'); slash != std::string::npos; slash = file.path.find('/', slash + 1)) {
      const std::string_view directory = std::string_view(file.path).substr(0, slash);
      const auto found = std::ranges::lower_bound(files, directory, {},
                                                  [](const ManifestFile& f) { return std::string_view(f.path); });
      if (found != files.end() && found->path == directory) {
        return fmt::format("'{}' is both a file and a directory", printable(directory));
      }
    }
  }
  return std::nullopt;
}

}  // namespace

std::uint64_t Manifest::bytes() const {
  std::uint64_t sum = 0;
  for (const ManifestFile& file : files) sum += file.size;
  return sum;
}

const ManifestFile* Manifest::find(std::string_view path) const {
  const auto found =
      std::ranges::lower_bound(files, path, {}, [](const ManifestFile& file) { return std::string_view(file.path); });
  return found != files.end() && found->path == path ? &*found : nullptr;
}

std::optional<std::string_view> unlistable(std::string_view path) {
  if (path.empty()) return "is empty";
  if (path.size() > kLongestPath) return "is longer than 4095 bytes";
  if (path.find('\0') != std::string_view::npos) return "has a zero byte in it";
  if (first_bad_utf8(path) != std::string_view::npos) return "is not UTF-8";
  if (path.front() == '/' || path.back() == '/' || path.find("//") != std::string_view::npos) {
    return "has an empty part";
  }
  if (has_dot_component(path)) return "has '.' or '..' between slashes";
  return std::nullopt;
}

std::string format_manifest(const Manifest& manifest) {
  std::string text;
  text.reserve(128 * (manifest.files.size() + 1));
  {
    views::JsonWriter writer(text);
    writer.begin_object();
    writer.field("format", kFormat);
    writer.field("files", static_cast<std::uint64_t>(manifest.files.size()));
    writer.field("bytes", manifest.bytes());
    writer.end_object();
  }
  text.push_back('\n');
  for (const ManifestFile& file : manifest.files) {
    views::JsonWriter writer(text);
    writer.begin_object();
    writer.field("path", file.path);
    writer.field("size", file.size);
    writer.field("sha256", hex_of(file.digest));
    if (file.mode == ManifestFile::Mode::kExecutable) writer.field("executable", true);
    writer.end_object();
    text.push_back('\n');
  }
  return text;
}

Result<Manifest> parse_manifest(std::string_view text) {
  std::optional<Header> header;
  Manifest manifest;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return Error(ErrorCode::kCorrupt, "the manifest's last line is cut off");
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    ++number;
    if (!header) {
      SENNIT_ASSIGN(header, parse_header(line));
      continue;
    }
    Result<ManifestFile> file = parse_file(line);
    if (!file) return std::move(file).error().in(fmt::format("line {} of the manifest", number));
    if (!manifest.files.empty() && manifest.files.back().path >= file->path) {
      return Error(ErrorCode::kCorrupt, fmt::format("line {} of the manifest is out of order", number));
    }
    manifest.files.push_back(std::move(*file));
  }
  if (!header) return Error(ErrorCode::kCorrupt, "the manifest is empty");
  if (header->files != manifest.files.size() || header->bytes != manifest.bytes()) {
    return Error(ErrorCode::kCorrupt, "the manifest's first line and its list differ");
  }
  if (auto why = collision(manifest.files)) return Error(ErrorCode::kCorrupt, fmt::format("in the manifest, {}", *why));
  return manifest;
}

Result<Manifest> manifest_of(std::vector<ManifestFile> files) {
  std::ranges::sort(files, {}, &ManifestFile::path);
  if (auto why = collision(files)) return Error(ErrorCode::kInvalid, std::move(*why));
  return Manifest{.files = std::move(files)};
}

Result<Manifest> merged(const Manifest& base, const Manifest& added) {
  std::vector<ManifestFile> files = added.files;
  for (const ManifestFile& file : base.files) {
    if (added.find(file.path) == nullptr) files.push_back(file);
  }
  return manifest_of(std::move(files));
}

std::vector<ManifestChange> changes_between(const Manifest& before, const Manifest& after) {
  using Kind = ManifestChange::Kind;
  std::vector<ManifestChange> changes;
  auto old_file = before.files.begin();
  auto new_file = after.files.begin();
  while (old_file != before.files.end() || new_file != after.files.end()) {
    const bool only_old =
        new_file == after.files.end() || (old_file != before.files.end() && old_file->path < new_file->path);
    const bool only_new = !only_old && (old_file == before.files.end() || new_file->path < old_file->path);
    if (only_old) {
      changes.push_back({.kind = Kind::kRemoved, .path = old_file->path, .old_size = old_file->size});
      ++old_file;
    } else if (only_new) {
      changes.push_back({.kind = Kind::kAdded, .path = new_file->path, .new_size = new_file->size});
      ++new_file;
    } else {
      if (*old_file != *new_file) {
        changes.push_back(
            {.kind = Kind::kChanged, .path = new_file->path, .old_size = old_file->size, .new_size = new_file->size});
      }
      ++old_file;
      ++new_file;
    }
  }
  return changes;
}

}  // namespace sennit::storage
