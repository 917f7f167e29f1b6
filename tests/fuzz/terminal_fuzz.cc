// The terminal view: what a terminal sends is read alike in whatever pieces it comes, and of what a task prints nothing
// reaches the terminal that moves or colours anything.
// rooms: tui
// seeds: build/fuzz/seeds/values
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tui/feed/log_tail.h"
#include "tui/parts/boxes.h"
#include "tui/parts/escapes.h"
#include "tui/terminal/frame.h"
#include "tui/terminal/frame_writer.h"
#include "tui/terminal/input.h"

namespace {

namespace tui = sennit::tui;

std::vector<tui::Input> inputs_of(std::string_view bytes, std::size_t piece) {
  tui::InputReader reader;
  std::vector<tui::Input> inputs;
  while (!bytes.empty()) {
    for (tui::Input& input : reader.feed(bytes.substr(0, piece))) inputs.push_back(std::move(input));
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  for (tui::Input& input : reader.quiet()) inputs.push_back(std::move(input));
  return inputs;
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char byte) { return (byte >= 0 && byte < 0x20) || byte == 0x7F; });
}

void read_keys(std::string_view bytes, std::size_t piece) {
  const std::vector<tui::Input> whole = inputs_of(bytes, bytes.size());
  if (inputs_of(bytes, piece) != whole) std::abort();
  for (const tui::Input& input : whole) {
    if (const auto* key = std::get_if<tui::Key>(&input)) tui::key_text(*key);
    if (const auto* paste = std::get_if<tui::Paste>(&input)) {
      if (paste->text.size() > tui::InputReader::kMostPasted) std::abort();
    }
    if (const auto* click = std::get_if<tui::Click>(&input)) {
      if (click->x < 0 || click->y < 0) std::abort();
    }
  }
}

// As the screen of a log does it.
void show_log(std::string_view bytes, std::size_t piece, int columns) {
  tui::LastLines lines;
  while (!bytes.empty()) {
    lines.add(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  tui::Frame frame(columns, 4);
  int y = 0;
  for (const std::string& line : lines.lines()) {
    const std::string text = tui::without_escapes(line);
    if (has_control(text) || tui::without_escapes(text) != text) std::abort();
    for (const std::string& part : tui::wrapped(text, columns)) {
      if (columns >= 12 && tui::columns_of(part) > columns) std::abort();
      tui::Pane(frame).put(y % 3 - 1, y % frame.height(), part, {});
      ++y;
    }
    tui::Pane(frame).put(-columns / 2, y % frame.height(), line, {});
  }
  for (int row = 0; row < frame.height(); ++row) {
    for (int x = 0; x < frame.width(); ++x) {
      if (has_control(frame.at(x, row).text())) std::abort();
    }
  }
  tui::FrameWriter(tui::ColourDepth::kTrue).update(frame);
}

}  // namespace

// The first byte is the size of a piece, the second the width of the screen.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3 || size > 20'000) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::size_t piece = 1 + data[0] % 16U;
  read_keys(text, piece);
  show_log(text, piece, 1 + data[1] % 100);
  return 0;
}
