// Which names can be carried between a directory and a storage.
//
// rclone shows names with its own stand-ins: U+240A for a newline, U+FF0E twice for "..", and U+201B in front of a
// character that would be taken for such a stand-in (and loses files whose names have a U+201B: 1.60). All other names
// are the same on both sides. So those are refused, by name and before anything is moved.
//
// Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sennit::storage {

bool has_control_character(std::string_view text);
// Whether "." or ".." stands between slashes.
bool has_dot_component(std::string_view path);

// Why a file's path below a directory cannot be the name of an object ("has a newline in it"); nothing if it can.
std::optional<std::string_view> unsendable(std::string_view path);
// Why an object, as rclone shows it, cannot become a file below a directory; nothing if it can.
std::optional<std::string_view> unfetchable(std::string_view path);
// The name of an object as it really is, made safe to show: "a\nb" for "a␊b".
std::string shown_name(std::string_view path);

}  // namespace sennit::storage
