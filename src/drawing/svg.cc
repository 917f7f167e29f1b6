#include "drawing/svg.h"

#include <fmt/format.h>

#include <iterator>

#include "drawing/escape.h"
#include "drawing/outline.h"
#include "drawing/picture.h"
#include "drawing/wire_arms.h"

namespace sennit::drawing {
namespace {

// Pixels of a cell, for a monospaced font of 14 pixels.
constexpr int kCellWidth = 9;
constexpr int kCellHeight = 18;
// More boxes than this and equal siblings share one: a picture is looked at as a whole.
constexpr std::size_t kManyBoxes = 60;

// Without CSS variables and baselines: not every viewer of pictures is a browser.
constexpr std::string_view kLook = R"(<style>
text { font: 14px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #24292f; }
.page { fill: #ffffff; }
.task text { text-anchor: middle; }
.task rect { fill: #f6f8fa; stroke: #6e7781; }
.frame rect { fill: none; stroke: #8c959f; stroke-dasharray: 5 3; }
.frame text { stroke: #ffffff; stroke-width: 6px; paint-order: stroke; }
.wire { fill: none; stroke: #6e7781; stroke-width: 1.5; }
.loose { stroke-dasharray: 2 4; }
.head { fill: #6e7781; }
.completed rect { fill: #dafbe1; stroke: #1a7f37; } .completed text { fill: #116329; }
.running rect { fill: #fff8c5; stroke: #9a6700; } .running text { fill: #7d4e00; }
.failed rect { fill: #ffebe9; stroke: #cf222e; } .failed text { fill: #a40e26; }
.skipped rect { fill: #eaeef2; stroke: #8c959f; } .skipped text { fill: #57606a; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .page { fill: #0d1117; }
  .task rect { fill: #161b22; stroke: #8b949e; }
  .frame rect { stroke: #6e7681; }
  .frame text { stroke: #0d1117; }
  .wire { stroke: #8b949e; }
  .head { fill: #8b949e; }
  .completed rect { fill: #12261e; stroke: #3fb950; } .completed text { fill: #7ee787; }
  .running rect { fill: #272115; stroke: #d29922; } .running text { fill: #f2cc60; }
  .failed rect { fill: #2d1618; stroke: #f85149; } .failed text { fill: #ff7b72; }
  .skipped rect { fill: #161b22; stroke: #6e7681; } .skipped text { fill: #8b949e; }
}
</style>
)";

// From a line of text's middle to its baseline.
constexpr int kBaseline = 5;

std::string_view class_of(State state) {
  switch (state) {
    case State::kNone: break;
    case State::kWaiting: return " waiting";
    case State::kRunning: return " running";
    case State::kCompleted: return " completed";
    case State::kFailed: return " failed";
    case State::kSkipped: return " skipped";
  }
  return "";
}

// Pixels of the middle of a cell.
int px(int x) { return x * kCellWidth + kCellWidth / 2; }
int py(int y) { return y * kCellHeight + kCellHeight / 2; }

class Painter {
 public:
  Painter(const Flow& flow, const Picture& picture) : flow_(flow), picture_(picture) {}

  std::string paint();

 private:
  void rect(const layout::Box& box, int corner);
  void task(const PictureTask& task);
  void frame(const PictureGroup& group);
  void wire(const layout::Wire& wire);
  void loose(const layout::Edge& edge);
  std::string title_of(const PictureTask& task) const;
  template <class... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
  }

  const Flow& flow_;
  const Picture& picture_;
  std::string out_;
};

// A box's border runs through the middle of its outermost cells, as it does on a terminal.
void Painter::rect(const layout::Box& box, int corner) {
  add(R"(<rect x="{}" y="{}" width="{}" height="{}" rx="{}"/>)", px(box.x), py(box.y), (box.width - 1) * kCellWidth,
      (box.height - 1) * kCellHeight, corner);
}

std::string Painter::title_of(const PictureTask& task) const {
  const FlowTask& first = flow_.tasks[task.tasks.front()];
  if (task.tasks.size() == 1) return first.status.empty() ? first.name : first.name + ": " + first.status;
  std::string title =
      fmt::format("{} tasks: {} to {}", task.tasks.size(), first.name, flow_.tasks[task.tasks.back()].name);
  for (int i = 1; i < kStateCount; ++i) {
    const auto state = static_cast<State>(i);
    std::size_t count = 0;
    for (const std::uint32_t at : task.tasks) count += state_of(flow_.tasks[at].status) == state ? 1U : 0U;
    if (count > 0) title += fmt::format(", {} {}", count, name_of(state));
  }
  return title;
}

void Painter::task(const PictureTask& task) {
  add(R"(<g class="task{}"><title>{}</title>)", class_of(task.state), xml_text(title_of(task)));
  rect(task.box, 4);
  const auto lines = static_cast<int>(task.lines.size());
  // In the middle of the box, which may be between two cells.
  const int x = px(task.box.x) + (task.box.width - 1) * kCellWidth / 2;
  const int y = py(task.box.y) + (task.box.height - 1) * kCellHeight / 2 - (lines - 1) * kCellHeight / 2;
  for (int i = 0; i < lines; ++i) {
    add(R"(<text x="{}" y="{}">{}</text>)", x, y + kBaseline + i * kCellHeight,
        xml_text(task.lines[static_cast<std::size_t>(i)]));
  }
  add("</g>\n");
}

void Painter::frame(const PictureGroup& group) {
  const std::string& status = flow_.groups[group.groups.front()].status;
  const bool one = group.groups.size() == 1;
  add(R"(<g class="frame"><title>{}</title>)",
      xml_text("group " + group.title + (one && !status.empty() ? ": " + status : "")));
  rect(group.box, 8);
  add(R"(<text x="{}" y="{}">{}</text></g>)", px(group.box.x + 2), py(group.box.y) + kBaseline, xml_text(group.title));
  add("\n");
}

void Painter::wire(const layout::Wire& wire) {
  const bool down = picture_.layout.direction == layout::Direction::kDown;
  std::string path;
  for (const layout::Segment& segment : wire.segments) {
    path += fmt::format("M{} {}L{} {}", px(segment.from.x), py(segment.from.y), px(segment.to.x), py(segment.to.y));
  }
  for (const layout::Point& tail : wire.tails) {
    // From the box's border.
    path += fmt::format("M{} {}L{} {}", px(down ? tail.x : tail.x - 1), py(down ? tail.y - 1 : tail.y), px(tail.x),
                        py(tail.y));
  }
  std::string heads;
  for (const layout::Point& head : wire.heads) {
    const int x = px(down ? head.x : head.x + 1);
    const int y = py(down ? head.y + 1 : head.y);
    heads += down ? fmt::format("M{} {}l-5 -9h10z", x, y) : fmt::format("M{} {}l-9 -5v10z", x, y);
    path += down ? fmt::format("M{} {}V{}", x, py(head.y), y - 6) : fmt::format("M{} {}H{}", px(head.x), y, x - 6);
  }
  add(R"(<path class="wire" d="{}"/>)", path);
  // Four lines that meet without a dot are two that cross.
  for (const layout::Point& cross : crosses_of(wire, picture_.layout.direction)) {
    heads += fmt::format("M{} {}m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0z", px(cross.x), py(cross.y));
  }
  if (!heads.empty()) add(R"(<path class="head" d="{}"/>)", heads);
  add("\n");
}

void Painter::loose(const layout::Edge& edge) {
  const layout::Box& from = picture_.layout.boxes[edge.from];
  const layout::Box& to = picture_.layout.boxes[edge.to];
  add(R"(<path class="wire loose" d="M{} {}L{} {}"/>)", px(from.x + from.width / 2), py(from.y + from.height - 1),
      px(to.x + to.width / 2), py(to.y));
  add("\n");
}

std::string Painter::paint() {
  const int width = (picture_.layout.width + 2) * kCellWidth;
  const int height = (picture_.layout.height + 2) * kCellHeight;
  const std::string name = xml_text(flow_.is_run() ? flow_.id + ": " + flow_.status : flow_.name);
  add(R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}" role="img">)", width,
      height);
  add("\n<title>{}</title>\n{}", name, kLook);
  add(R"(<rect class="page" width="{}" height="{}"/>)", width, height);
  add("\n<g transform=\"translate({} {})\">\n", kCellWidth, kCellHeight);
  for (const layout::Wire& line : picture_.layout.wires) wire(line);
  for (const layout::Edge& edge : picture_.layout.loose) loose(edge);
  for (const PictureGroup& group : picture_.groups) {
    if (!group.title.empty()) frame(group);
    for (const PictureTask& one : group.tasks) task(one);
  }
  add("</g>\n</svg>\n");
  return std::move(out_);
}

}  // namespace

Result<std::string> to_svg(const Flow& flow, Detail detail) {
  const bool full = detail == Detail::kFull;
  const Siblings siblings = !full && flow.tasks.size() > kManyBoxes ? Siblings::kByName : Siblings::kEach;
  SENNIT_ASSIGN(const Outline outline, outline_of(flow, siblings, full ? Implied::kKept : Implied::kDropped));
  SENNIT_ASSIGN(const Picture picture, picture_of(flow, outline, {}));
  return Painter(flow, picture).paint();
}

}  // namespace sennit::drawing
