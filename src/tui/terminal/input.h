// What a terminal sends, as keys, clicks and pasted text: ECMA-48 as xterm, its many likes, the Linux console, screen
// and tmux speak it.
//
// Threads: one at a time. Pure: whoever reads the terminal feeds the bytes, and says when nothing more came for a while
// (only that tells the key Escape from the beginning of a sequence).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sennit::tui {

enum class KeyName : std::uint8_t {
  kCharacter,
  kEnter,
  kEscape,
  kTab,
  kBacktab,
  kBackspace,
  kDelete,
  kInsert,
  kUp,
  kDown,
  kLeft,
  kRight,
  kHome,
  kEnd,
  kPageUp,
  kPageDown,
  kF1,  // the next eleven in a row
  kF12 = kF1 + 11,
};

struct Key {
  KeyName name = KeyName::kCharacter;
  std::uint32_t character = 0;  // of kCharacter; with `control` the letter: Ctrl-C is 'c'
  bool control = false;
  bool alt = false;
  bool shift = false;  // of the others: characters have their own case
  friend bool operator==(const Key&, const Key&) = default;
};

constexpr Key character(std::uint32_t value) { return {.character = value}; }
constexpr Key control(char letter) { return {.character = static_cast<std::uint32_t>(letter), .control = true}; }
constexpr Key named(KeyName name) { return {.name = name}; }

struct Click {
  enum class Kind : std::uint8_t { kPressed, kReleased, kDragged, kWheelUp, kWheelDown };
  Kind kind = Kind::kPressed;
  int button = 0;  // 0 left, 1 middle, 2 right
  int x = 0;       // from 0
  int y = 0;
  friend bool operator==(const Click&, const Click&) = default;
};

struct Paste {
  std::string text;
  friend bool operator==(const Paste&, const Paste&) = default;
};

using Input = std::variant<Key, Click, Paste>;

class InputReader {
 public:
  static constexpr std::size_t kMostPasted = 64 * 1024;  // what is pasted beyond is dropped

  // What is complete by now.
  std::vector<Input> feed(std::string_view bytes);

  // Something was begun, and may be all that there is: tell it with quiet() if nothing came for patience_ms(). What is
  // pasted has an end, which comes long before that, unless it was lost: then keys are keys again.
  bool is_waiting() const { return pasting_ || !pending_.empty(); }
  int patience_ms() const { return pasting_ ? kPastePatienceMs : kPatienceMs; }
  std::vector<Input> quiet();

 private:
  static constexpr int kPatienceMs = 30;
  static constexpr int kPastePatienceMs = 2000;  // over a slow connection it comes in pieces

  // How many bytes of what is pending were understood; 0: more is needed.
  std::size_t take(std::vector<Input>& out);
  std::size_t take_escape(std::vector<Input>& out);
  std::size_t take_sequence(std::vector<Input>& out);
  std::size_t take_old_click(std::size_t begin, std::vector<Input>& out);
  std::size_t take_pasted(std::vector<Input>& out);

  std::string pending_;
  std::string pasted_;
  bool pasting_ = false;
};

// As a person writes it: "ctrl-c", "enter", "G", "pgdn".
std::string key_text(const Key& key);

}  // namespace sennit::tui
