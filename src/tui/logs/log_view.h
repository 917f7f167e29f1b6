// A log on the whole screen, followed: of one task or of all by time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tui/feed/log_tail.h"
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

 private:
  void follow();
  void scroll(long by);
  void find(int direction);
  bool fits(const std::string& line) const;

  std::string workflow_;
  std::string task_;
  bool timestamps_ = false;
  bool wraps_ = false;
  bool at_end_ = true;        // stays with what comes
  std::uint64_t first_ = 0;   // the line in the first row, counted from the log's beginning as far as it was read
  long column_ = 0;           // what stands left of it is out of sight
  std::uint64_t count_ = 0;   // of lines by now
  std::uint64_t oldest_ = 0;  // that is still held
  int rows_ = 1;
  std::string filter_;
  std::string searched_;
  std::unique_ptr<LogTail> tail_;
};

}  // namespace sennit::tui
