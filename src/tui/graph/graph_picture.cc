#include "tui/graph/graph_picture.h"

#include <algorithm>

#include "base/utf8.h"
#include "drawing/flow.h"

namespace sennit::tui {
namespace {

constexpr int kWidest = 10'000;
constexpr std::size_t kMostWide = 10'000;  // tasks; a drawing of more that does not fit is nothing to scroll about in

int width_of(const drawing::TextPicture& picture) {
  std::size_t widest = 0;
  for (const drawing::TextRow& row : picture.rows) {
    std::size_t width = 0;
    for (const drawing::TextSpan& span : row) width += display_width(span.text);
    widest = std::max(widest, width);
  }
  return static_cast<int>(widest);
}

}  // namespace

Result<GraphPicture> graph_of(const views::WorkflowView& workflow, const GraphOptions& options) {
  GraphPicture graph{.id = workflow.name,
                     .status = workflow.status,
                     .is_over = workflow.end_time.is_set(),
                     .counts = workflow.counts,
                     .tasks = {},
                     .picture = {}};
  for (const views::GroupView& group : workflow.groups) {
    for (const views::TaskView& task : group.tasks) graph.tasks.push_back({task.name, task.status, task.reason});
  }
  const drawing::Flow flow = drawing::flow_of(workflow);
  drawing::TextPictureOptions how{.columns = options.columns, .charset = options.charset, .detail = options.detail};
  SENNIT_ASSIGN(graph.picture, drawing::draw_text(flow, how));
  if (graph.picture.places.empty() && graph.tasks.size() <= kMostWide) {
    how.columns = kWidest;
    SENNIT_ASSIGN(drawing::TextPicture wide, drawing::draw_text(flow, how));
    if (!wide.places.empty()) graph.picture = std::move(wide);
  }
  graph.width = width_of(graph.picture);
  return graph;
}

}  // namespace sennit::tui
