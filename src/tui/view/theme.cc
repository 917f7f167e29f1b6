#include "tui/view/theme.h"

namespace sennit::tui {
namespace {

// Told apart also by those who see few colours: blue and orange beside green and red, and each with a sign of its own.
constexpr Colour kGreen{0x5FD787, 2};
constexpr Colour kRed{0xFF6B6B, 1};
constexpr Colour kAmber{0xFFB454, 3};
constexpr Colour kBlue{0x6CB6FF, 4};
constexpr Colour kCyan{0x5FD7D7, 6};
constexpr Colour kGrey{0x8A919E, 8};
constexpr Colour kDark{0x2A2F3A, 0};
constexpr Colour kBright{0xF2F4F8, 15};
constexpr Colour kSelected{0x2F4468, 4};

}  // namespace

Theme standard_theme(bool ascii) {
  Theme theme;
  theme.ascii = ascii;
  theme.faint = {.fore = kGrey};
  theme.strong = Look{}.with(Attribute::kBold);
  theme.border = {.fore = kGrey};
  theme.focus = {.fore = kBlue};
  theme.bar = {.fore = kBright, .back = kDark};
  theme.key = Look{.fore = kAmber, .back = kDark}.with(Attribute::kBold);
  theme.good = {.fore = kGreen};
  theme.bad = {.fore = kRed};
  theme.warning = {.fore = kAmber};
  theme.match = {.fore = kDark, .back = kAmber};
  theme.selected = kSelected;
  theme.standings = {Look{.fore = kGrey},  Look{.fore = kCyan}, Look{.fore = kBlue},
                     Look{.fore = kGreen}, Look{.fore = kRed},  Look{.fore = kAmber}};
  return theme;
}

}  // namespace sennit::tui
