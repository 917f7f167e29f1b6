#include "tui/terminal/frame_writer.h"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <iterator>
#include <string_view>

namespace sennit::tui {
namespace {

constexpr std::string_view kBeginUpdate = "\x1b[?2026h";
constexpr std::string_view kEndUpdate = "\x1b[?2026l";
// Writing so many cells that have not changed costs no more than moving over them.
constexpr int kShortGap = 4;

// The nearest of the 216 colours of a 6x6x6 cube, or of 24 greys.
unsigned nearest_256(std::uint32_t rgb) {
  const auto level = [](unsigned value) { return value < 48 ? 0U : value < 115 ? 1U : (value - 35) / 40; };
  const auto shade = [](unsigned step) { return step == 0 ? 0U : 55 + 40 * step; };
  const unsigned red = rgb >> 16 & 255;
  const unsigned green = rgb >> 8 & 255;
  const unsigned blue = rgb & 255;
  const auto distance = [&](unsigned r, unsigned g, unsigned b) {
    const auto square = [](unsigned one, unsigned other) {
      const int difference = static_cast<int>(one) - static_cast<int>(other);
      return difference * difference;
    };
    return square(red, r) + square(green, g) + square(blue, b);
  };
  const unsigned r = level(red);
  const unsigned g = level(green);
  const unsigned b = level(blue);
  const unsigned average = (red + green + blue) / 3;
  const unsigned grey = average > 238 ? 23U : average < 8 ? 0U : (average - 3) / 10;
  const unsigned tone = 8 + 10 * grey;
  if (distance(tone, tone, tone) < distance(shade(r), shade(g), shade(b))) return 232 + grey;
  return 16 + 36 * r + 6 * g + b;
}

void append_colour(Colour colour, ColourDepth depth, bool is_back, std::string& out) {
  if (colour.is_default() || depth == ColourDepth::kNone) return;
  const auto at = std::back_inserter(out);
  switch (depth) {
    case ColourDepth::kNone: return;
    case ColourDepth::kSixteen: {
      const unsigned first = colour.basic < 8 ? (is_back ? 40U : 30U) : (is_back ? 92U : 82U);
      fmt::format_to(at, ";{}", first + colour.basic);
      return;
    }
    case ColourDepth::k256: fmt::format_to(at, ";{};5;{}", is_back ? 48 : 38, nearest_256(colour.rgb)); return;
    case ColourDepth::kTrue:
      fmt::format_to(at, ";{};2;{};{};{}", is_back ? 48 : 38, colour.rgb >> 16 & 255, colour.rgb >> 8 & 255,
                     colour.rgb & 255);
      return;
  }
}

}  // namespace

std::string FrameWriter::update(const Frame& next) {
  std::string out;
  const bool anew = !shown_ || shown_->width() != next.width() || shown_->height() != next.height();
  if (!anew && *shown_ == next) return out;
  out += kBeginUpdate;
  x_ = y_ = -1;
  look_.reset();
  if (anew) {
    out += "\x1b[0m\x1b[2J";
    shown_.emplace(next.width(), next.height());
  }
  for (int y = 0; y < next.height(); ++y) write_row(next, y, out);
  out += "\x1b[0m";
  out += kEndUpdate;
  shown_ = next;
  return out;
}

void FrameWriter::write_row(const Frame& next, int y, std::string& out) {
  for (int x = 0; x < next.width(); ++x) {
    const Cell& cell = next.at(x, y);
    if (cell == shown_->at(x, y) || cell.width == 0) continue;
    // Of a wide character both halves count.
    if (y_ == y && x_ >= 0 && x_ < x && x - x_ <= kShortGap) {
      for (int gap = x_; gap < x; ++gap) {
        const Cell& same = next.at(gap, y);
        if (same.width == 0) continue;
        look(same.look, out);
        out += same.text();
      }
    } else if (x_ != x || y_ != y) {
      move_to(x, y, out);
    }
    look(cell.look, out);
    out += cell.text();
    x_ = x + cell.width;
    y_ = y;
    // The cursor waits behind the last column in a state that terminals do not agree on, and not all of them know how
    // wide what is new in Unicode is.
    constexpr int kBytesOfNew = 4;
    if (x_ >= next.width() || cell.size >= kBytesOfNew) x_ = -1;
  }
}

void FrameWriter::move_to(int x, int y, std::string& out) {
  fmt::format_to(std::back_inserter(out), "\x1b[{};{}H", y + 1, x + 1);
}

void FrameWriter::look(const Look& look, std::string& out) {
  if (look_ == look) return;
  look_ = look;
  out += "\x1b[0";
  if (look.has(Attribute::kBold)) out += ";1";
  if (look.has(Attribute::kFaint)) out += ";2";
  if (look.has(Attribute::kUnderlined)) out += ";4";
  // Where there are no colours, what lies on another background has to stand out otherwise, and what is reversed there
  // from that.
  if (look.has(Attribute::kReversed) != (depth_ == ColourDepth::kNone && !look.back.is_default())) out += ";7";
  append_colour(look.fore, depth_, false, out);
  append_colour(look.back, depth_, true, out);
  out += 'm';
}

ColourDepth colour_depth(const char* no_color, const char* color_term, const char* term) {
  const std::string_view name = term == nullptr ? "" : term;
  if (no_color != nullptr && *no_color != '\0') return ColourDepth::kNone;
  if (name.empty() || name == "dumb" || name.starts_with("vt")) return ColourDepth::kNone;
  const std::string_view depth = color_term == nullptr ? "" : color_term;
  if (depth == "truecolor" || depth == "24bit" || name.ends_with("-direct")) return ColourDepth::kTrue;
  if (name.find("256color") != std::string_view::npos) return ColourDepth::k256;
  return ColourDepth::kSixteen;
}

}  // namespace sennit::tui
