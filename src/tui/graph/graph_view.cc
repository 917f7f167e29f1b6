#include "tui/graph/graph_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "client/status.h"
#include "tui/jobs/job.h"
#include "tui/parts/boxes.h"

namespace sennit::tui {
namespace {

constexpr long kWheelRows = 3;

const Look& look_of(drawing::State state, const Theme& theme) {
  switch (state) {
    case drawing::State::kNone: return theme.border;
    case drawing::State::kWaiting: return theme.of(Standing::kWaiting);
    case drawing::State::kRunning: return theme.of(Standing::kRunning);
    case drawing::State::kCompleted: return theme.of(Standing::kCompleted);
    case drawing::State::kFailed: return theme.of(Standing::kFailed);
    case drawing::State::kSkipped: return theme.of(Standing::kCanceled);
  }
  return theme.plain;
}

Asked<GraphPicture>::Ask asking_for(const std::string& workflow, const GraphOptions& options) {
  return [workflow, options](client::Api& api) -> Result<GraphPicture> {
    views::WorkflowView whole;
    const Result<void> read = client::read_status(api, workflow, [&whole](client::StatusPiece piece) {
      std::vector<views::GroupView> groups = std::move(whole.groups);
      std::ranges::move(piece.view.groups, std::back_inserter(groups));
      whole = std::move(piece.view);
      whole.groups = std::move(groups);
      return http::Flow::kContinue;
    });
    if (!read) return read.error();
    return graph_of(whole, options);
  };
}

}  // namespace

GraphView::GraphView(Desk& desk, std::string workflow, std::string task, ShowScreen show)
    : View(desk),
      workflow_(std::move(workflow)),
      wanted_(std::move(task)),
      show_(std::move(show)),
      asked_(desk, {}, [this](GraphPicture&& graph) { keep(std::move(graph)); }) {}

void GraphView::begin() {
  // How wide it may be is known when it is drawn first.
  if (was_drawn_) asked_.ask();
}

void GraphView::ask(const GraphOptions& options) {
  options_ = options;
  was_drawn_ = true;
  asked_.ask(asking_for(workflow_, options));
}

void GraphView::keep(GraphPicture&& graph) {
  const std::string name = wanted_.empty() ? task_name() : wanted_;
  wanted_.clear();
  graph_ = std::move(graph);
  const auto task = std::ranges::find(graph_.tasks, name, &GraphPicture::Task::name);
  const auto index = static_cast<std::uint32_t>(task - graph_.tasks.begin());
  selected_ = place_of_task(graph_.picture.places, index).value_or(0);
  show_selected();
}

void GraphView::take(const EventWatch::News& news) {
  const bool ours =
      std::ranges::any_of(news.events, [this](const views::EventView& event) { return event.workflow == graph_.id; });
  // Before the first answer nobody knows whose id it is, and what came may be newer than that answer.
  const bool may_be_ours = !asked_.has_come() && !news.events.empty();
  if (news.missed || ours || may_be_ours) asked_.set_stale();
}

bool GraphView::tick() {
  if (was_drawn_) asked_.refresh();
  return !graph_.is_over;
}

const GraphPicture::Task* GraphView::task() const {
  const std::vector<drawing::TextPlace>& places = graph_.picture.places;
  if (selected_ >= places.size()) return nullptr;
  const auto rank = [this](std::uint32_t task) {
    const drawing::State state = drawing::state_of(graph_.tasks[task].status);
    return state == drawing::State::kFailed ? 0 : state == drawing::State::kRunning ? 1 : 2;
  };
  const std::vector<std::uint32_t>& tasks = places[selected_].tasks;
  const auto first = std::ranges::min_element(tasks, {}, rank);
  return first == tasks.end() ? nullptr : &graph_.tasks[*first];
}

std::string GraphView::task_name() const {
  const GraphPicture::Task* found = task();
  return found == nullptr ? wanted_ : found->name;
}

ChosenTask GraphView::chosen() const {
  const GraphPicture::Task* found = task();
  return {.workflow = workflow_,
          .task = {.name = task_name(), .status = found == nullptr ? "" : found->status},
          .marked = {},
          .unmark = {}};
}

void GraphView::draw(const Pane& pane, const Theme& theme) {
  const GraphOptions wanted{.columns = std::max(pane.width(), 20),
                            .charset = theme.ascii ? drawing::Charset::kAscii : drawing::Charset::kUtf8,
                            .detail = is_full_ ? drawing::Detail::kFull : drawing::Detail::kReadable};
  if (!was_drawn_ || !(wanted == options_)) ask(wanted);
  if (!asked_.has_come()) return put_waiting(pane, theme, asked_.trouble());
  draw_head(pane.rows(0, 1), theme);
  draw_picture(pane.rows(1, pane.height() - 2), theme);
  draw_selected(pane.rows(pane.height() - 1, 1), theme);
}

void GraphView::draw_head(const Pane& line, const Theme& theme) const {
  int x = line.put(1, 0, graph_.status, theme.of(standing_of(graph_.status)).with(Attribute::kBold));
  x = line.put(x, 0, fmt::format(" ({}/{} completed)", graph_.counts.completed, graph_.counts.total), theme.plain);
  std::string note;
  if (graph_.picture.places.empty()) {
    note = "too large for a drawing";
  } else if (!is_full_ && !graph_.picture.notes.empty()) {
    note = "what is equal or implied is left out; f shows it";
  }
  line.put_cut(x + 2, 0, note, line.width() - x - 3, theme.faint);
}

void GraphView::draw_picture(const Pane& pane, const Theme& theme) {
  const Rect before = std::exchange(place_, pane.place());
  if (before.width != place_.width || before.height != place_.height) show_selected();
  scroll(0, 0);
  // One that is narrower stands in the middle.
  const int x0 = std::max(0, (pane.width() - graph_.width) / 2) - static_cast<int>(left_);
  const std::vector<drawing::TextRow>& rows = graph_.picture.rows;
  for (int y = 0; y < pane.height() && static_cast<std::size_t>(top_ + y) < rows.size(); ++y) {
    int x = x0;
    for (const drawing::TextSpan& span : rows[static_cast<std::size_t>(top_ + y)])
      x = pane.put(x, y, span.text, look_of(span.state, theme));
  }
  if (selected_ >= graph_.picture.places.size()) return;
  // `part` cuts from a rectangle that begins inside.
  const layout::Box& box = graph_.picture.places[selected_].box;
  const int left = std::max(box.x + x0, 0);
  const int top = std::max(box.y - static_cast<int>(top_), 0);
  pane.shade({left, top, box.x + x0 + box.width - left, box.y - static_cast<int>(top_) + box.height - top},
             theme.selected);
}

void GraphView::draw_selected(const Pane& line, const Theme& theme) const {
  const GraphPicture::Task* found = task();
  if (found == nullptr) return;
  const Standing standing = standing_of(found->status);
  line.put(1, 0, sign_of(standing, theme.ascii), theme.of(standing));
  int x = line.put_cut(3, 0, found->name, std::max(line.width() / 3, 8), theme.strong);
  const std::size_t count = graph_.picture.places[selected_].tasks.size();
  if (count > 1) x = line.put(x, 0, fmt::format(" (of {})", count), theme.faint);
  x = line.put(x + 1, 0, found->status, theme.of(standing));
  line.put_cut(x + 2, 0, found->reason, line.width() - x - 3, theme.faint);
}

void GraphView::scroll(long across, long down) {
  const long most_left = std::max(0, graph_.width - place_.width);
  const long most_top = std::max(0L, static_cast<long>(graph_.picture.rows.size()) - place_.height);
  left_ = std::clamp(left_ + across, 0L, most_left);
  top_ = std::clamp(top_ + down, 0L, most_top);
}

void GraphView::show_selected() {
  if (selected_ >= graph_.picture.places.size() || place_.width == 0) return;
  const layout::Box& box = graph_.picture.places[selected_].box;
  left_ = std::min<long>(std::max<long>(left_, box.x + box.width - place_.width), box.x);
  top_ = std::min<long>(std::max<long>(top_, box.y + box.height - place_.height), box.y);
}

void GraphView::select(std::optional<std::size_t> place) {
  if (place) selected_ = *place;
  show_selected();
}

void GraphView::go(Way way) {
  if (!graph_.picture.places.empty()) return select(neighbour(graph_.picture.places, selected_, way));
  switch (way) {
    case Way::kUp: return scroll(0, -1);
    case Way::kDown: return scroll(0, 1);
    case Way::kLeft: return scroll(-place_.width / 2, 0);
    case Way::kRight: return scroll(place_.width / 2, 0);
  }
}

bool GraphView::take_click(const Click& click) {
  if (!place_.contains(click.x, click.y)) return false;
  if (click.kind == Click::Kind::kWheelUp) return scroll(0, -kWheelRows), true;
  if (click.kind == Click::Kind::kWheelDown) return scroll(0, kWheelRows), true;
  if (click.kind != Click::Kind::kPressed || click.button != 0) return false;
  const int x0 = std::max(0, (place_.width - graph_.width) / 2);
  const auto at = place_at(graph_.picture.places, click.x - place_.x - x0 + static_cast<int>(left_),
                           click.y - place_.y + static_cast<int>(top_));
  if (!at) return false;
  // A second click on it opens it.
  if (*at == selected_) task_acts(desk(), chosen()).front().act();
  select(at);
  return true;
}

bool GraphView::take(const Input& input) {
  if (const auto* click = std::get_if<Click>(&input)) return take_click(*click);
  const auto* key = std::get_if<Key>(&input);
  if (key == nullptr || key->alt) return false;
  const long page = std::max(place_.height - 1, 1);
  switch (key->name) {
    case KeyName::kUp: return go(Way::kUp), true;
    case KeyName::kDown: return go(Way::kDown), true;
    case KeyName::kLeft: return go(Way::kLeft), true;
    case KeyName::kRight: return go(Way::kRight), true;
    case KeyName::kPageUp: return scroll(0, -page), true;
    case KeyName::kPageDown: return scroll(0, page), true;
    case KeyName::kHome: return select(0), true;
    case KeyName::kEnd: return select(std::max<std::size_t>(graph_.picture.places.size(), 1) - 1), true;
    case KeyName::kCharacter: break;
    default: return false;
  }
  if (key->control && key->character == 'd') return scroll(0, page / 2), true;
  if (key->control && key->character == 'u') return scroll(0, -page / 2), true;
  if (key->control) return false;
  switch (key->character) {
    case 'j': return go(Way::kDown), true;
    case 'k': return go(Way::kUp), true;
    case 'h': return go(Way::kLeft), true;
    case 'g': return select(0), true;
    case 'G': return select(std::max<std::size_t>(graph_.picture.places.size(), 1) - 1), true;
    case '<': return scroll(-place_.width / 2, 0), true;
    case '>': return scroll(place_.width / 2, 0), true;
    default: return false;
  }
}

std::vector<Act> GraphView::acts() {
  std::vector<Act> acts = task_acts(desk(), chosen());
  acts.push_back({character('f'), "full", "each of equal siblings, and every edge", true, [this] {
                    is_full_ = !is_full_;
                    wanted_ = task_name();
                  }});
  acts.push_back({character('r'), "refresh", "ask the server again", false, [this] { asked_.ask(); }});
  add_screens(acts, show_, RunScreen::kGraph, task_name());
  return acts;
}

}  // namespace sennit::tui
