// One workflow: its tasks as cards, its numbers, and the log of the selected task.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tui/acts/changes.h"
#include "tui/acts/run_screens.h"
#include "tui/feed/log_tail.h"
#include "tui/feed/status_watch.h"
#include "tui/jobs/job_list.h"
#include "tui/parts/list_cursor.h"
#include "tui/view/view.h"

namespace sennit::tui {

class RunView final : public View {
 public:
  RunView(Desk& desk, std::string workflow);

  std::string title() const override { return workflow_; }
  void draw(const Pane& pane, const Theme& theme) override;
  bool take(const Input& input) override;
  std::vector<Act> acts() override;
  void take(const EventWatch::News& news) override;
  bool tick() override;
  std::string unfinished() const override {
    return jobs_.is_loaded() && !jobs_.head().end_time.is_set() ? workflow_ : "";
  }

 private:
  // Asks the server for all of it.
  void watch();
  void tell(const views::WorkflowView& piece);
  void choose();
  const Job* selected() const;
  std::vector<TaskRef> marked() const;
  void follow_log();
  void draw_jobs(const Pane& pane, const Theme& theme);
  void mark();
  void open_log(const std::string& task);
  void show(RunScreen screen, const std::string& task);
  void select(const std::string& task);
  void add_others(std::vector<Act>& acts, const std::string& task);

  std::string workflow_;
  JobList jobs_;
  std::vector<std::size_t> shown_;  // of the tasks, that fit the filter
  std::string filter_;
  std::set<std::string> marked_;
  ListCursor cursor_;
  Rect list_place_;
  std::unique_ptr<LogTail> log_;
  std::unique_ptr<StatusWatch> watch_;
  std::string trouble_;  // why it is not told; "": it is
  bool is_told_ = true;  // what changes will come
};

}  // namespace sennit::tui
