// A text to read: a specification, a description, an explanation. With search.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tui/view/view.h"

namespace sennit::tui {

class TextView : public View {
 public:
  using Ask = std::function<Result<std::string>(client::Api&)>;
  // `ask` runs on another thread.
  TextView(Desk& desk, std::string title, Ask ask) : View(desk), title_(std::move(title)), ask_(std::move(ask)) {}

  std::string title() const override { return title_; }
  void draw(const Pane& pane, const Theme& theme) override;
  bool take(const Input& input) override;
  std::vector<Act> acts() override;
  void begin() override { refresh(); }

 private:
  void refresh();
  void search(const std::string& text);
  void find(int direction);
  void scroll(long by);

  std::string title_;
  Ask ask_;
  std::string text_;
  std::string trouble_;
  std::vector<std::string> lines_;  // as they are shown at `columns_`
  int columns_ = 0;
  int rows_ = 1;
  std::size_t first_ = 0;
  bool wraps_ = true;
  std::string searched_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // answers look whether we are here
};

}  // namespace sennit::tui
