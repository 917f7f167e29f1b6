// A log on the whole screen, followed: of one attempt of a task, or of all tasks by time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tui/feed/log_tail.h"
#include "tui/logs/log_window.h"
#include "tui/parts/asked.h"
#include "tui/view/view.h"

namespace sennit::tui {

class LogView final : public View {
 public:
  // `task`: "" for all of them.
  LogView(Desk& desk, std::string workflow, std::string task);

  std::string title() const override;
  void draw(const Pane& pane, const Theme& theme) override;
  bool take(const Input& input) override;
  std::vector<Act> acts() override;
  void take(const EventWatch::News& news) override;
  bool tick() override;

 private:
  void follow();
  void learn();
  void note_attempt(std::uint32_t number);
  void go_to_attempt(int by);
  std::uint32_t attempt() const { return attempt_.value_or(latest_); }

  void draw_rows(const Pane& pane, const Theme& theme, const std::vector<std::string>& rows);
  void draw_foot(const Pane& line, const Theme& theme, const std::string& trouble);

  void scroll(long by);
  void to_beginning();
  void search();
  void find(int direction);
  bool look(int direction);

  std::string workflow_;
  std::string task_;
  std::optional<std::uint32_t> attempt_;  // none: the latest, and the next when that begins
  std::uint32_t latest_ = 0;
  bool timestamps_ = false;
  LogWindow window_;
  long column_ = 0;           // what stands left of it is out of sight
  std::uint64_t count_ = 0;   // of lines by now
  std::uint64_t oldest_ = 0;  // that is still held
  std::string searched_;
  std::unique_ptr<LogTail> tail_;
  Asked<TaskAttempts> asked_;
};

}  // namespace sennit::tui
