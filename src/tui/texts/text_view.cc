#include "tui/texts/text_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "tui/jobs/any_case.h"
#include "tui/parts/boxes.h"
#include "tui/parts/found.h"

namespace sennit::tui {

void TextView::refresh() {
  desk().requests().send([ask = ask_](client::Api& api) { return ask(api); },
                         [this, alive = std::weak_ptr<bool>(alive_)](const Result<std::string>& text) {
                           if (alive.expired()) return;
                           trouble_ = text ? "" : text.error().message();
                           if (text) text_ = *text;
                           columns_ = 0;
                           desk().redraw();
                         });
}

void TextView::draw(const Pane& pane, const Theme& theme) {
  if (!trouble_.empty()) {
    pane.put_cut(1, 1, trouble_, pane.width() - 2, theme.bad);
    return;
  }
  const int columns = std::max(pane.width() - 2, 1);
  if (columns_ != columns) {
    columns_ = columns;
    constexpr int kUnbroken = 100'000;
    lines_ = wrapped(text_, wraps_ ? columns : kUnbroken);
  }
  rows_ = std::max(pane.height(), 1);
  scroll(0);
  for (int y = 0; y < pane.height() && first_ + static_cast<std::size_t>(y) < lines_.size(); ++y) {
    put_with_matches(pane, 1, y, lines_[first_ + static_cast<std::size_t>(y)], searched_, theme.plain, theme.match);
  }
}

void TextView::scroll(long by) {
  const long last = std::max(0L, static_cast<long>(lines_.size()) - rows_);
  first_ = static_cast<std::size_t>(std::clamp(static_cast<long>(first_) + by, 0L, last));
}

void TextView::search(const std::string& text) {
  searched_ = text;
  if (text.empty()) return;
  const auto from = lines_.begin() + static_cast<std::ptrdiff_t>(std::min(first_, lines_.size()));
  const auto found =
      std::find_if(from, lines_.end(), [&](const std::string& line) { return has_any_case(line, text); });
  if (found != lines_.end()) first_ = static_cast<std::size_t>(found - lines_.begin());
}

void TextView::find(int direction) {
  if (searched_.empty() || lines_.empty()) return;
  const auto count = static_cast<long>(lines_.size());
  for (long i = 1; i <= count; ++i) {
    const auto at = static_cast<std::size_t>((static_cast<long>(first_) + direction * i % count + count) % count);
    if (!has_any_case(lines_[at], searched_)) continue;
    first_ = at;
    return;
  }
  desk().warn(fmt::format("'{}' is not in it", searched_));
}

bool TextView::take(const Input& input) {
  if (const auto* click = std::get_if<Click>(&input)) {
    if (click->kind == Click::Kind::kWheelUp) return scroll(-3), true;
    if (click->kind == Click::Kind::kWheelDown) return scroll(3), true;
    return false;
  }
  const auto* key = std::get_if<Key>(&input);
  if (key == nullptr) return false;
  switch (key->name) {
    case KeyName::kUp: return scroll(-1), true;
    case KeyName::kDown: return scroll(1), true;
    case KeyName::kPageUp: return scroll(-rows_), true;
    case KeyName::kPageDown: return scroll(rows_), true;
    case KeyName::kHome: return first_ = 0, true;
    case KeyName::kEnd: return scroll(static_cast<long>(lines_.size())), true;
    case KeyName::kCharacter: break;
    default: return false;
  }
  if (key->alt) return false;
  switch (key->character) {
    case 'j': return scroll(1), true;
    case 'k': return scroll(-1), true;
    case 'd': return key->control ? (scroll(rows_ / 2), true) : false;
    case 'u': return key->control ? (scroll(-rows_ / 2), true) : false;
    case ' ': return scroll(rows_), true;
    case 'g': return first_ = 0, true;
    case 'G': return scroll(static_cast<long>(lines_.size())), true;
    default: return false;
  }
}

std::vector<Act> TextView::acts() {
  return {{character('/'), "search", "where this stands", true,
           [this] { desk().prompt("/", "", [this](const std::string& text) { search(text); }, {}); }},
          {character('n'), "next", "where it stands next", true, [this] { find(1); }},
          {character('N'), "previous", "where it stood before", false, [this] { find(-1); }},
          {character('w'), "wrap", "break long lines, or cut them", true,
           [this] {
             wraps_ = !wraps_;
             columns_ = 0;
           }},
          {character('y'), "copy", "all of it, to the clipboard", false, [this] { desk().copy(text_); }},
          {character('r'), "refresh", "ask the server again", false, [this] { refresh(); }}};
}

}  // namespace sennit::tui
