// Which box lies next to another one in a drawing, for the arrow keys. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "drawing/text_picture.h"

namespace sennit::tui {

enum class Way : std::uint8_t { kUp, kDown, kLeft, kRight };

// The nearest that lies all of it beyond the edge of `from`; nothing: that is the last one there.
std::optional<std::size_t> neighbour(const std::vector<drawing::TextPlace>& places, std::size_t from, Way way);

std::optional<std::size_t> place_of_task(const std::vector<drawing::TextPlace>& places, std::uint32_t task);
std::optional<std::size_t> place_at(const std::vector<drawing::TextPlace>& places, int x, int y);

}  // namespace sennit::tui
