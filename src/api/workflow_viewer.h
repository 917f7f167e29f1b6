// The views of one workflow, part by part: for whoever shows a large one in pieces.
//
// Threads:   the loop's.
// Ownership: references must outlive it: it is used within one call.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "api/workflow_view.h"
#include "core/explain.h"
#include "core/state.h"
#include "views/views.h"

namespace sennit::api {

// Up to this many tasks, every task says what it waits for and where its files lie; above, only who asks for one does.
inline constexpr std::size_t kDetailedTasks = 200;

class WorkflowViewer {
 public:
  WorkflowViewer(const core::WorkflowState& workflow, const ViewContext& context, Attempts attempts);

  views::WorkflowView head();  // without its groups
  views::GroupView group(GroupIndex index);

 private:
  using PastAttempts = std::vector<const core::PastAttempt*>;

  void add_outlook(views::WorkflowView& view);
  Instant group_released(TaskIndex index) const;
  views::TaskView latest(TaskIndex index, Instant processing_since);
  views::TaskView past(const core::PastAttempt& attempt, Instant processing_since) const;
  void add_attempts(TaskIndex task, std::vector<views::TaskView>& views);
  void explain(TaskIndex index, views::TaskView& view);
  void add_measures(TaskIndex index, views::TaskView& view) const;
  views::TaskView named(TaskIndex index, std::uint32_t number) const;
  std::string host_name(HostId host) const;
  void add_names(GroupIndex index, views::GroupView& view) const;
  void add_limits(GroupIndex index, views::GroupView& view) const;

  const core::WorkflowState& workflow_;
  const Workflow& spec_;
  const ViewContext& context_;
  std::string runs_dir_;
  Attempts attempts_;
  bool detailed_;
  core::Explanations explanations_;
  std::size_t tails_ = 0;                             // logs whose last lines were shown
  std::unordered_map<TaskIndex, PastAttempts> past_;  // that another one followed, in order
};

}  // namespace sennit::api
