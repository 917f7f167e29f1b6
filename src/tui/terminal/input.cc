#include "tui/terminal/input.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "base/utf8.h"

namespace sennit::tui {
namespace {

constexpr char kEscape = '\x1b';
constexpr std::string_view kPasteBegins = "\x1b[200~";
constexpr std::string_view kPasteEnds = "\x1b[201~";
constexpr std::size_t kLongestSequence = 64;

struct Named {
  int code = 0;
  KeyName name = KeyName::kCharacter;
};

// CSI <code> ~
constexpr std::array<Named, 20> kTildeKeys = {{{1, KeyName::kHome},
                                               {2, KeyName::kInsert},
                                               {3, KeyName::kDelete},
                                               {4, KeyName::kEnd},
                                               {5, KeyName::kPageUp},
                                               {6, KeyName::kPageDown},
                                               {7, KeyName::kHome},
                                               {8, KeyName::kEnd},
                                               {11, KeyName(int(KeyName::kF1) + 0)},
                                               {12, KeyName(int(KeyName::kF1) + 1)},
                                               {13, KeyName(int(KeyName::kF1) + 2)},
                                               {14, KeyName(int(KeyName::kF1) + 3)},
                                               {15, KeyName(int(KeyName::kF1) + 4)},
                                               {17, KeyName(int(KeyName::kF1) + 5)},
                                               {18, KeyName(int(KeyName::kF1) + 6)},
                                               {19, KeyName(int(KeyName::kF1) + 7)},
                                               {20, KeyName(int(KeyName::kF1) + 8)},
                                               {21, KeyName(int(KeyName::kF1) + 9)},
                                               {23, KeyName(int(KeyName::kF1) + 10)},
                                               {24, KeyName(int(KeyName::kF1) + 11)}}};

// CSI <letter> and SS3 <letter>
constexpr std::array<Named, 11> kLetterKeys = {{{'A', KeyName::kUp},
                                                {'B', KeyName::kDown},
                                                {'C', KeyName::kRight},
                                                {'D', KeyName::kLeft},
                                                {'H', KeyName::kHome},
                                                {'F', KeyName::kEnd},
                                                {'Z', KeyName::kBacktab},
                                                {'P', KeyName(int(KeyName::kF1) + 0)},
                                                {'Q', KeyName(int(KeyName::kF1) + 1)},
                                                {'R', KeyName(int(KeyName::kF1) + 2)},
                                                {'S', KeyName(int(KeyName::kF1) + 3)}}};

// SS3 <letter>, of the number block.
constexpr char kBlockEnter = 'M';

bool is_parameter(char byte) { return byte >= 0x20 && byte <= 0x3F; }
bool is_final(char byte) { return byte >= 0x40 && byte <= 0x7E; }
bool is_control(char byte) { return (byte >= 0 && byte < 0x20) || byte == 0x7F; }

// Whether a character has begun so, of which more may come.
bool is_cut(std::string_view bytes) {
  const auto first = static_cast<unsigned char>(bytes.front());
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || bytes.size() >= length) return false;
  return std::ranges::all_of(bytes.substr(1), [](char byte) { return (static_cast<unsigned>(byte) & 0xC0) == 0x80; });
}

template <std::size_t Count>
std::optional<KeyName> find(const std::array<Named, Count>& table, int code) {
  const auto found = std::ranges::find(table, code, &Named::code);
  return found == table.end() ? std::nullopt : std::optional(found->name);
}

// "1;5" and the like; what is missing is 0.
std::array<int, 3> numbers_of(std::string_view text) {
  std::array<int, 3> numbers{};
  for (int& number : numbers) {
    const std::string_view word = text.substr(0, text.find(';'));
    std::from_chars(word.data(), word.data() + word.size(), number);
    text.remove_prefix(std::min(word.size() + 1, text.size()));
  }
  return numbers;
}

Key with_modifiers(Key key, int code) {
  const unsigned bits = code > 1 ? static_cast<unsigned>(code - 1) : 0;
  key.shift = (bits & 1) != 0;
  key.alt = (bits & 2) != 0;
  key.control = (bits & 4) != 0;
  return key;
}

// Button and place (from 1) as terminals tell them; none of what nothing is done on.
std::optional<Click> click_of(const std::array<int, 3>& numbers, bool released) {
  const auto bits = static_cast<unsigned>(numbers[0]);
  Click click{.button = static_cast<int>(bits & 3), .x = numbers[1] - 1, .y = numbers[2] - 1};
  if (click.x < 0 || click.y < 0 || bits > 127) return std::nullopt;  // from 128: the eighth button and on
  if ((bits & 64) != 0) {
    if ((bits & 2) != 0) return std::nullopt;  // a wheel to the side
    click.kind = (bits & 1) != 0 ? Click::Kind::kWheelDown : Click::Kind::kWheelUp;
    click.button = 0;
    return click;
  }
  if ((bits & 32) != 0) {
    if (click.button == 3) return std::nullopt;  // moved with no button down
    click.kind = Click::Kind::kDragged;
    return click;
  }
  click.kind = released ? Click::Kind::kReleased : Click::Kind::kPressed;
  return click;
}

Key key_of_control(unsigned char byte) {
  switch (byte) {
    case '\r':
    case '\n': return named(KeyName::kEnter);
    case '\t': return named(KeyName::kTab);
    case '\b':
    case 0x7F: return named(KeyName::kBackspace);
    case 0: return control(' ');
    default: return {.character = static_cast<std::uint32_t>(byte < 27 ? byte + 'a' - 1 : byte + '@'), .control = true};
  }
}

}  // namespace

std::vector<Input> InputReader::feed(std::string_view bytes) {
  std::vector<Input> out;
  // In pieces: what is left of one moves to the front with each character that is taken.
  constexpr std::size_t kPiece = 256;
  while (!bytes.empty()) {
    pending_ += bytes.substr(0, kPiece);
    bytes.remove_prefix(std::min(kPiece, bytes.size()));
    std::size_t taken = 0;
    while (!pending_.empty() && (taken = pasting_ ? take_pasted(out) : take(out)) > 0) pending_.erase(0, taken);
  }
  return out;
}

std::vector<Input> InputReader::quiet() {
  std::vector<Input> out;
  if (pasting_) {
    pasting_ = false;
    // Half an end is not what was pasted.
    const std::size_t begun = std::min(pending_.rfind(kEscape), pending_.size());
    if (kPasteEnds.starts_with(std::string_view(pending_).substr(begun))) pending_.erase(begun);
    pasted_.append(pending_, 0, kMostPasted - std::min(kMostPasted, pasted_.size()));
    pending_.clear();
    out.emplace_back(Paste{std::exchange(pasted_, {})});
    return out;
  }
  // The key itself, or a sequence that was cut: then what is left of it would look like keys.
  if (pending_ == std::string_view(&kEscape, 1)) out.emplace_back(named(KeyName::kEscape));
  if (pending_.size() == 2 && pending_.front() == kEscape && is_final(pending_[1])) {
    out.emplace_back(Key{.character = static_cast<unsigned char>(pending_[1]), .alt = true});
  }
  pending_.clear();
  return out;
}

std::size_t InputReader::take(std::vector<Input>& out) {
  const auto first = static_cast<unsigned char>(pending_.front());
  if (pending_.front() == kEscape) return take_escape(out);
  if (first < 0x20 || first == 0x7F) {
    out.emplace_back(key_of_control(first));
    return 1;
  }
  const CodePoint point = first_code_point(pending_);
  if (point.bytes > 0) {
    out.emplace_back(character(point.value));
    return point.bytes;
  }
  return is_cut(pending_) ? 0 : 1;
}

std::size_t InputReader::take_escape(std::vector<Input>& out) {
  if (pending_.size() < 2) return 0;
  const char second = pending_[1];
  if (second == '[') return take_sequence(out);
  if (second == 'O') {
    if (pending_.size() < 3) return 0;
    if (is_control(pending_[2])) {
      out.emplace_back(Key{.character = 'O', .alt = true});
      return 2;
    }
    if (const auto name = find(kLetterKeys, pending_[2])) out.emplace_back(named(*name));
    if (pending_[2] == kBlockEnter) out.emplace_back(named(KeyName::kEnter));
    return 3;
  }
  if (second == kEscape) {
    out.emplace_back(named(KeyName::kEscape));
    return 1;
  }
  if (is_control(second)) {
    Key key = key_of_control(static_cast<unsigned char>(second));
    key.alt = true;
    out.emplace_back(key);
    return 2;
  }
  const std::string_view rest = std::string_view(pending_).substr(1);
  const CodePoint point = first_code_point(rest);
  if (point.bytes == 0) return is_cut(rest) ? 0 : 2;
  out.emplace_back(Key{.character = point.value, .alt = true});
  return 1 + point.bytes;
}

std::size_t InputReader::take_sequence(std::vector<Input>& out) {
  if (pending_.starts_with(kPasteBegins)) {
    pasting_ = true;
    return kPasteBegins.size();
  }
  // The Linux console's function keys: CSI [ A to E.
  if (pending_.size() > 2 && pending_[2] == '[') {
    if (pending_.size() < 4) return 0;
    const int number = pending_[3] - 'A';
    if (number >= 0 && number < 5) out.emplace_back(named(KeyName(static_cast<int>(KeyName::kF1) + number)));
    return 4;
  }
  std::size_t end = 2;
  while (end < pending_.size() && end < kLongestSequence && is_parameter(pending_[end])) ++end;
  if (end == kLongestSequence) return end;
  if (end == pending_.size()) return 0;
  if (!is_final(pending_[end])) return end;  // broken off: something else begins here
  const char final = pending_[end];
  const std::string_view parameters = std::string_view(pending_).substr(2, end - 2);
  if (parameters.starts_with('<') && (final == 'M' || final == 'm')) {
    if (const auto click = click_of(numbers_of(parameters.substr(1)), final == 'm')) out.emplace_back(*click);
    return end + 1;
  }
  if (parameters.empty() && final == 'M') return take_old_click(end + 1, out);
  const std::array<int, 3> numbers = numbers_of(parameters);
  const auto name = final == '~' ? find(kTildeKeys, numbers[0]) : find(kLetterKeys, final);
  if (name) out.emplace_back(with_modifiers(named(*name), numbers[1]));
  return end + 1;
}

// Of terminals that do not know of clicks as text: three bytes, 32 more than what they say.
std::size_t InputReader::take_old_click(std::size_t begin, std::vector<Input>& out) {
  constexpr std::size_t kBytes = 3;
  if (pending_.size() < begin + kBytes) return 0;
  std::array<int, kBytes> numbers{};
  for (std::size_t i = 0; i < kBytes; ++i) numbers[i] = static_cast<unsigned char>(pending_[begin + i]) - 32;
  // Which button was released it does not tell.
  const bool released = (numbers[0] & 0x63) == 3;
  if (released) numbers[0] &= ~3;
  if (numbers[0] >= 0) {
    if (const auto click = click_of(numbers, released)) out.emplace_back(*click);
  }
  return begin + kBytes;
}

std::size_t InputReader::take_pasted(std::vector<Input>& out) {
  const std::size_t end = pending_.find(kPasteEnds);
  // The end may have come in part.
  const std::size_t sure = pending_.size() - std::min(pending_.size(), kPasteEnds.size() - 1);
  const std::size_t count = end == std::string::npos ? sure : end;
  pasted_.append(pending_, 0, std::min(count, kMostPasted - std::min(kMostPasted, pasted_.size())));
  if (end == std::string::npos) return count;
  pasting_ = false;
  out.emplace_back(Paste{std::exchange(pasted_, {})});
  return end + kPasteEnds.size();
}

std::string key_text(const Key& key) {
  static constexpr std::array<std::string_view, 16> kNames = {
      "",   "enter", "esc",  "tab",   "shift-tab", "backspace", "delete", "insert",
      "up", "down",  "left", "right", "home",      "end",       "pgup",   "pgdn"};
  std::string text;
  if (key.control) text += "ctrl-";
  if (key.alt) text += "alt-";
  if (key.shift) text += "shift-";
  if (key.name >= KeyName::kF1)
    return text + "f" + std::to_string(static_cast<int>(key.name) - static_cast<int>(KeyName::kF1) + 1);
  if (key.name != KeyName::kCharacter) return text.append(kNames[static_cast<std::size_t>(key.name)]);
  if (key.character == ' ') return text + "space";
  if (key.character < 0x80) return text + static_cast<char>(key.character);
  return text + "?";
}

}  // namespace sennit::tui
