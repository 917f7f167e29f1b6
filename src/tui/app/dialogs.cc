#include "tui/app/dialogs.h"

#include <algorithm>

#include "base/utf8.h"
#include "tui/parts/boxes.h"
#include "tui/parts/rows.h"

namespace sennit::tui {
namespace {

constexpr std::size_t kLongestText = 1000;

// In the middle of the screen, on clean ground.
Pane in_the_middle(const Pane& screen, int columns, int rows) {
  const int width = std::min(columns, screen.width());
  const int height = std::min(rows, screen.height());
  const Pane pane = screen.part({(screen.width() - width) / 2, (screen.height() - height) / 2, width, height});
  pane.fill({});
  return pane;
}

bool ends_dialog(const Key& key) {
  return key == named(KeyName::kEscape) || key == control('c') || key == character('q') || key == character('?');
}

}  // namespace

void ChoiceDialog::draw(const Pane& screen, const Theme& theme) {
  constexpr int kWidest = 70;
  constexpr int kNarrowest = 20;
  constexpr int kBetween = 3;
  const int most = std::min(screen.width() - 6, kWidest);
  const std::vector<std::string> lines = wrapped(question_, most);
  int widest = kNarrowest;
  for (const std::string& line : lines) widest = std::max(widest, columns_of(line));
  const auto columns = [](const Choice& choice) {
    return columns_of(key_text(choice.keys.front())) + 1 + columns_of(choice.name);
  };
  int all = -kBetween;
  for (const Choice& choice : choices_) all += columns(choice) + kBetween;
  // Side by side, or one below the other.
  const bool in_a_row = all <= most;
  if (in_a_row) widest = std::max(widest, all);
  for (const Choice& choice : choices_) widest = std::max(widest, std::min(columns(choice), most));
  const int rows = in_a_row ? 1 : static_cast<int>(choices_.size());
  const Pane pane = in_the_middle(screen, widest + 4, static_cast<int>(lines.size()) + 3 + rows);
  const Pane inside = box(pane, theme, theme.warning, "");
  for (std::size_t i = 0; i < lines.size(); ++i) inside.put(1, static_cast<int>(i), lines[i], theme.plain);
  int x = 1;
  int y = inside.height() - rows;
  for (const Choice& choice : choices_) {
    x = inside.put(x, y, key_text(choice.keys.front()), theme.warning.with(Attribute::kBold));
    x = inside.put_cut(x + 1, y, choice.name, inside.width() - x - 2, theme.plain) + kBetween;
    if (!in_a_row) x = 1, ++y;
  }
}

Dialog::Then ChoiceDialog::take(const Input& input) {
  const Key* key = std::get_if<Key>(&input);
  if (key == nullptr) return Then::kStay;
  for (const Choice& choice : choices_) {
    if (std::ranges::find(choice.keys, *key) == choice.keys.end()) continue;
    const std::function<void()> act = choice.act;  // it may put another dialog in our place
    if (act) act();
    break;
  }
  return Then::kClose;
}

bool TextLine::take(const Input& input) {
  if (const auto* paste = std::get_if<Paste>(&input)) {
    const std::string_view line = std::string_view(paste->text).substr(0, paste->text.find_first_of("\r\n"));
    if (text_.size() + line.size() <= kLongestText) text_ += line;
    return true;
  }
  const Key* key = std::get_if<Key>(&input);
  if (key == nullptr) return false;
  if (*key == control('u')) return text_.clear(), true;
  if (*key == control('w')) {
    text_.erase(text_.find_last_not_of(' ') == std::string::npos ? 0
                                                                 : text_.rfind(' ', text_.find_last_not_of(' ')) + 1);
    return true;
  }
  if (key->name == KeyName::kBackspace) {
    while (!text_.empty() && (static_cast<unsigned char>(text_.back()) & 0xC0) == 0x80) text_.pop_back();
    if (!text_.empty()) text_.pop_back();
    return true;
  }
  if (key->name != KeyName::kCharacter || key->control || key->alt) return false;
  if (text_.size() < kLongestText) append_utf8(text_, key->character);
  return true;
}

void TextLine::draw(const Pane& pane, int x, int y, const Look& look) const {
  // Its end is what one looks at.
  std::string_view shown = text_;
  while (columns_of(shown) > std::max(pane.width() - x - 1, 0) && !shown.empty()) {
    shown.remove_prefix(std::max<std::size_t>(first_code_point(shown).bytes, 1));
  }
  const int end = pane.put(x, y, shown, look);
  pane.put(end, y, " ", look.with(Attribute::kReversed));
}

void PromptDialog::draw(const Pane& screen, const Theme& theme) {
  const Pane pane = screen.rows(screen.height() - 1, 1);
  pane.fill(theme.bar);
  const int x = pane.put(1, 0, label_ + " ", theme.key);
  line_.draw(pane, x, 0, theme.bar);
}

Dialog::Then PromptDialog::take(const Input& input) {
  const Key* key = std::get_if<Key>(&input);
  if (key != nullptr && (*key == named(KeyName::kEscape) || *key == control('c'))) {
    if (changed_) changed_("");
    return Then::kClose;
  }
  if (key != nullptr && *key == named(KeyName::kEnter)) {
    if (done_) done_(line_.text());
    return Then::kClose;
  }
  if (line_.take(input) && changed_) changed_(line_.text());
  return Then::kStay;
}

void HelpDialog::draw(const Pane& screen, const Theme& theme) {
  std::size_t widest = title_.size();
  for (const Act& act : acts_) widest = std::max(widest, act.help.size());
  const Pane pane = in_the_middle(screen, static_cast<int>(widest) + 32, static_cast<int>(acts_.size()) + 4);
  const Pane inside = box(pane, theme, theme.focus, "keys of " + title_);
  const Pane list = inside.rows(0, inside.height() - 2);
  list_place_ = list.place();
  draw_rows(list, theme, cursor_, acts_.size(), [&](const Pane& line, std::size_t row) {
    const Act& act = acts_[row];
    line.put(1, 0, key_text(act.key), theme.warning);
    line.put(11, 0, act.name, theme.strong);
    line.put_cut(25, 0, act.help, line.width() - 26, theme.plain);
  });
  inside.put_cut(1, inside.height() - 1, "j k g G PgUp PgDn and the mouse move; Esc closes this", inside.width() - 2,
                 theme.faint);
}

Dialog::Then HelpDialog::take(const Input& input) {
  const Key* key = std::get_if<Key>(&input);
  if (key != nullptr && ends_dialog(*key)) return Then::kClose;
  if (key != nullptr) cursor_.take(*key);
  if (const auto* click = std::get_if<Click>(&input)) cursor_.take(*click, list_place_);
  return Then::kStay;
}

std::vector<const Act*> PaletteDialog::matching() const {
  std::vector<const Act*> found;
  for (const Act& act : acts_) {
    const bool fits =
        act.name.find(line_.text()) != std::string::npos || act.help.find(line_.text()) != std::string::npos;
    if (act.act && fits && act.name != "palette") found.push_back(&act);
  }
  // Those that begin so first.
  std::ranges::stable_partition(found, [this](const Act* act) { return act->name.starts_with(line_.text()); });
  return found;
}

void PaletteDialog::draw(const Pane& screen, const Theme& theme) {
  const std::vector<const Act*> found = matching();
  const int rows = std::min<int>(static_cast<int>(acts_.size()) + 3, screen.height() - 2);
  const Pane inside = box(in_the_middle(screen, 64, rows), theme, theme.focus, "do");
  const int x = inside.put(1, 0, ": ", theme.warning);
  line_.draw(inside, x, 0, theme.plain);
  const Pane list = inside.rows(1, inside.height() - 1);
  list_place_ = list.place();
  draw_rows(list, theme, cursor_, found.size(), [&](const Pane& line, std::size_t row) {
    line.put(1, 0, found[row]->name, theme.strong);
    line.put_cut(15, 0, found[row]->help, line.width() - 25, theme.faint);
    line.part({0, 0, line.width() - 1, 1}).put_right(0, key_text(found[row]->key), theme.faint);
  });
  if (found.empty()) list.put(1, 0, "nothing is called so", theme.faint);
}

void PaletteDialog::choose() {
  const std::vector<const Act*> found = matching();
  if (cursor_.selected() >= found.size()) return;
  const Act act = *found[cursor_.selected()];
  chosen_(act);
}

Dialog::Then PaletteDialog::take(const Input& input) {
  if (const auto* click = std::get_if<Click>(&input)) {
    const std::size_t before = cursor_.selected();
    const bool taken = cursor_.take(*click, list_place_);
    // A second click on it does it, as in the lists.
    if (!taken || click->kind != Click::Kind::kPressed || before != cursor_.selected()) return Then::kStay;
    choose();
    return Then::kClose;
  }
  const Key* key = std::get_if<Key>(&input);
  if (key != nullptr && (*key == named(KeyName::kEscape) || *key == control('c'))) return Then::kClose;
  if (key != nullptr && *key == named(KeyName::kEnter)) {
    choose();
    return Then::kClose;
  }
  if (line_.take(input)) {
    cursor_.select(0);
  } else if (key != nullptr) {
    const auto count = static_cast<int>(matching().size());
    cursor_.fit(matching().size(), list_place_.height > 0 ? list_place_.height : count);  // it may not be drawn yet
    cursor_.take(*key);
  }
  return Then::kStay;
}

}  // namespace sennit::tui
