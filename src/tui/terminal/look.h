// How a cell looks: colours and attributes, by what they mean on terminals of any depth.
#pragma once

#include <cstdint>

namespace sennit::tui {

// A colour that each terminal shows as well as it can: `rgb` where it has them all or 256, else one of its sixteen.
struct Colour {
  std::uint32_t rgb = 0;     // 0xRRGGBB
  std::uint8_t basic = 255;  // 0 to 15, as ECMA-48 and the bright ones count them; 255: the terminal's own
  bool is_default() const { return basic == 255; }
  friend bool operator==(const Colour&, const Colour&) = default;
};

enum class Attribute : std::uint8_t { kBold = 1, kFaint = 2, kUnderlined = 4, kReversed = 8 };

struct Look {
  Colour fore;
  Colour back;
  std::uint8_t attributes = 0;  // of Attribute

  Look with(Attribute attribute) const {
    Look look = *this;
    look.attributes = static_cast<std::uint8_t>(look.attributes | static_cast<unsigned>(attribute));
    return look;
  }
  Look on(Colour colour) const {
    Look look = *this;
    look.back = colour;
    return look;
  }
  bool has(Attribute attribute) const { return (attributes & static_cast<unsigned>(attribute)) != 0; }
  friend bool operator==(const Look&, const Look&) = default;
};

}  // namespace sennit::tui
