// A workflow as it is drawn now: asked for and laid out on the thread of requests, for that takes long where much is
// to be drawn.
#pragma once

#include <string>
#include <vector>

#include "client/api.h"
#include "drawing/text_picture.h"
#include "views/views.h"

namespace sennit::tui {

struct GraphOptions {
  int columns = 80;
  drawing::Charset charset = drawing::Charset::kUtf8;
  drawing::Detail detail = drawing::Detail::kReadable;
  friend bool operator==(const GraphOptions&, const GraphOptions&) = default;
};

struct GraphPicture {
  std::string id;
  std::string status;
  bool is_over = false;
  views::TaskCounts counts;
  struct Task {
    std::string name;
    std::string status;
    std::string reason;
  };
  std::vector<Task> tasks;
  drawing::TextPicture picture;
  int width = 0;  // of it, in columns
};

// As wide as it is where it does not fit: one can scroll.
Result<GraphPicture> graph_of(const views::WorkflowView& workflow, const GraphOptions& options);

}  // namespace sennit::tui
