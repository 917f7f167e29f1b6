// For tests: flows from a few words.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "drawing/flow.h"
#include "drawing/text_picture.h"

namespace sennit::drawing {

class FlowBuilder {
 public:
  FlowBuilder& task(const std::string& name, const std::vector<std::string>& after = {}, std::string status = "") {
    return group_of(name + "-group", false, after, {{name, std::move(status), true}});
  }
  // The first of the tasks leads.
  FlowBuilder& group(std::string name, const std::vector<std::string>& tasks,
                     const std::vector<std::string>& after = {}, const std::string& status = "") {
    std::vector<FlowTask> members;
    for (const std::string& task : tasks) members.push_back({task, status, members.empty()});
    return group_of(std::move(name), true, after, std::move(members));
  }
  FlowBuilder& run(std::string id, std::string status) {
    flow_.id = std::move(id);
    flow_.status = std::move(status);
    return *this;
  }
  Flow build() const {
    Flow flow = flow_;
    flow.name = "flow";
    std::sort(flow.edges.begin(), flow.edges.end());
    return flow;
  }

 private:
  // `after` names tasks that stand alone, or groups.
  FlowBuilder& group_of(std::string name, bool named, const std::vector<std::string>& after,
                        std::vector<FlowTask> tasks) {
    const auto at = static_cast<std::uint32_t>(flow_.groups.size());
    for (const std::string& upstream : after) {
      for (std::uint32_t i = 0; i < at; ++i) {
        const std::string& known = flow_.groups[i].name;
        if (known == upstream || known == upstream + "-group") flow_.edges.push_back({i, at});
      }
    }
    flow_.groups.push_back({.name = std::move(name),
                            .named = named,
                            .status = tasks.empty() ? "" : tasks.front().status,
                            .first_task = static_cast<std::uint32_t>(flow_.tasks.size()),
                            .task_count = static_cast<std::uint32_t>(tasks.size())});
    for (FlowTask& task : tasks) flow_.tasks.push_back(std::move(task));
    return *this;
  }

  Flow flow_;
};

inline std::string text_of(const std::vector<TextRow>& rows) {
  std::string text;
  for (const TextRow& row : rows) {
    for (const TextSpan& span : row) text += span.text;
    text += '\n';
  }
  return text;
}

}  // namespace sennit::drawing
