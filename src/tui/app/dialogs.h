// What stands in front of a screen for a moment: a question, a line to type, the keys, the palette.
//
// Threads: the drawing thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tui/parts/list_cursor.h"
#include "tui/terminal/frame.h"
#include "tui/terminal/input.h"
#include "tui/view/theme.h"
#include "tui/view/view.h"

namespace sennit::tui {

class Dialog {
 public:
  enum class Then : std::uint8_t { kStay, kClose };
  virtual ~Dialog() = default;
  virtual void draw(const Pane& screen, const Theme& theme) = 0;
  virtual Then take(const Input& input) = 0;
};

// One of the answers to a question.
struct Choice {
  std::vector<Key> keys;  // the first one is shown
  std::string name;
  std::function<void()> act;  // none: all stays as it is
};

// A question and its answers by name. What none of them has as its key closes it, and does nothing.
class ChoiceDialog : public Dialog {
 public:
  ChoiceDialog(std::string question, std::vector<Choice> choices)
      : question_(std::move(question)), choices_(std::move(choices)) {}
  void draw(const Pane& screen, const Theme& theme) override;
  Then take(const Input& input) override;

 private:
  std::string question_;
  std::vector<Choice> choices_;
};

// "... y n": everything but `y` means no.
class QuestionDialog final : public ChoiceDialog {
 public:
  QuestionDialog(std::string question, std::function<void()> yes)
      : ChoiceDialog(std::move(question),
                     {{{character('y'), character('Y')}, "yes", std::move(yes)}, {{character('n')}, "no", {}}}) {}
};

// One line of text with a cursor.
class TextLine {
 public:
  explicit TextLine(std::string text = {}) : text_(std::move(text)) {}
  const std::string& text() const { return text_; }
  bool take(const Input& input);
  void draw(const Pane& pane, int x, int y, const Look& look) const;

 private:
  std::string text_;
};

class PromptDialog final : public Dialog {
 public:
  using Told = std::function<void(const std::string&)>;
  PromptDialog(std::string label, std::string text, Told changed, Told done)
      : label_(std::move(label)), line_(std::move(text)), changed_(std::move(changed)), done_(std::move(done)) {}
  void draw(const Pane& screen, const Theme& theme) override;
  Then take(const Input& input) override;

 private:
  std::string label_;
  TextLine line_;
  Told changed_;
  Told done_;
};

class HelpDialog final : public Dialog {
 public:
  HelpDialog(std::string title, std::vector<Act> acts) : title_(std::move(title)), acts_(std::move(acts)) {
    cursor_.fit(acts_.size(), static_cast<int>(acts_.size()));  // keys may come before it is drawn
  }
  void draw(const Pane& screen, const Theme& theme) override;
  Then take(const Input& input) override;

 private:
  std::string title_;
  std::vector<Act> acts_;
  ListCursor cursor_;
  Rect list_place_;
};

class PaletteDialog final : public Dialog {
 public:
  PaletteDialog(std::vector<Act> acts, std::function<void(const Act&)> chosen)
      : acts_(std::move(acts)), chosen_(std::move(chosen)) {}
  void draw(const Pane& screen, const Theme& theme) override;
  Then take(const Input& input) override;

 private:
  std::vector<const Act*> matching() const;
  void choose();

  std::vector<Act> acts_;
  std::function<void(const Act&)> chosen_;
  TextLine line_;
  ListCursor cursor_;
  Rect list_place_;
};

}  // namespace sennit::tui
