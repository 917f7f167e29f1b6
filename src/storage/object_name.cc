#include "storage/object_name.h"

#include <algorithm>
#include <cstdint>

#include "base/printable.h"
#include "base/utf8.h"

namespace sennit::storage {
namespace {

constexpr std::uint32_t kFirstPicture = 0x2400;  // of NUL; those of the other control characters follow
constexpr std::uint32_t kLastPicture = 0x241F;
constexpr std::uint32_t kPictureOfDelete = 0x2421;
constexpr std::uint32_t kQuote = 0x201B;
constexpr std::uint32_t kWideDot = 0xFF0E;
constexpr std::uint32_t kReplacement = 0xFFFD;

bool is_picture(std::uint32_t c) { return (c >= kFirstPicture && c <= kLastPicture) || c == kPictureOfDelete; }

// Calls `each` with the parts between slashes, until it returns true.
template <class Each>
bool any_component(std::string_view path, Each each) {
  for (;;) {
    const std::size_t slash = path.find('/');
    if (each(path.substr(0, slash))) return true;
    if (slash == std::string_view::npos) return false;
    path.remove_prefix(slash + 1);
  }
}

template <class Each>
bool any_code_point(std::string_view text, Each each) {
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    if (point.bytes == 0) return false;
    if (each(point.value)) return true;
    text.remove_prefix(point.bytes);
  }
  return false;
}

// "．" and "．．".
bool is_wide_dots(std::string_view part) { return part == "\uFF0E" || part == "\uFF0E\uFF0E"; }

}  // namespace

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

bool has_dot_component(std::string_view path) {
  return any_component(path, [](std::string_view part) { return part == "." || part == ".."; });
}

std::optional<std::string_view> unsendable(std::string_view path) {
  if (path.find('\n') != std::string_view::npos) return "has a newline in it";
  if (has_control_character(path)) return "has a control character in it";
  if (first_bad_utf8(path) != std::string_view::npos) return "is not UTF-8";
  if (any_component(path, is_wide_dots)) return "has dots for a name that stand for '..'";
  if (any_code_point(path, [](std::uint32_t c) { return is_picture(c) || c == kQuote; })) {
    return "has a character in it that stands for another one in rclone (U+2400 to U+2421, U+201B)";
  }
  return std::nullopt;
}

std::optional<std::string_view> unfetchable(std::string_view path) {
  if (path.empty() || path.starts_with('/')) return "is an absolute path";
  if (has_dot_component(path) || any_component(path, is_wide_dots)) return "leads out of its directory";
  if (any_component(path, [](std::string_view part) { return part.empty(); })) return "has an empty part";
  if (path.find("\u240A") != std::string_view::npos || path.find('\n') != std::string_view::npos) {
    return "has a newline in it";
  }
  if (any_code_point(path, [](std::uint32_t c) { return is_picture(c) || c == kQuote; })) {
    return "has a control character in it";
  }
  if (any_code_point(path, [](std::uint32_t c) { return c == kReplacement; })) return "is not UTF-8";
  return unsendable(path);
}

std::string shown_name(std::string_view path) {
  std::string name;
  bool quoted = false;
  while (!path.empty()) {
    const CodePoint point = first_code_point(path);
    const std::size_t bytes = point.bytes == 0 ? 1 : point.bytes;
    if (point.bytes != 0 && point.value == kQuote && !quoted) {
      quoted = true;
      path.remove_prefix(bytes);
      continue;
    }
    if (point.bytes != 0 && !quoted && is_picture(point.value)) {
      name += point.value == kPictureOfDelete ? '\x7F' : static_cast<char>(point.value - kFirstPicture);
    } else if (point.bytes != 0 && !quoted && point.value == kWideDot) {
      name += '.';
    } else {
      name.append(path.substr(0, bytes));
    }
    quoted = false;
    path.remove_prefix(bytes);
  }
  return printable(name);
}

}  // namespace sennit::storage
