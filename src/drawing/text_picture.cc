#include "drawing/text_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "base/utf8.h"

namespace sennit::drawing {
namespace {

// More rows than this and equal siblings share a box, if there are any: about a page.
constexpr int kPage = 60;
// Past this a drawing is not made: 12 bytes each.
constexpr std::int64_t kMostCells = 20'000'000;
constexpr std::int64_t kSmallestBox = 15;  // cells, with a name of one letter
constexpr std::array kLabelWidths{32, 20, 12};

constexpr std::string_view kMergedNote = "equal siblings are drawn as one; --full shows each";

struct Attempt {
  Siblings siblings = Siblings::kEach;
  int max_height = 0;  // 0: any
};

// A text picture being looked for.
class Search {
 public:
  Search(const Flow& flow, const TextPictureOptions& options) : flow_(flow), options_(options) {}

  Result<TextPicture> run();

 private:
  Result<std::optional<Picture>> fit(const Outline& outline, const Attempt& attempt);
  TextPicture drawn(const Picture& picture, const Outline& outline) const;
  Result<TextPicture> listed(const Outline& each) const;

  const Flow& flow_;
  const TextPictureOptions& options_;
};

Result<std::optional<Picture>> Search::fit(const Outline& outline, const Attempt& attempt) {
  // Laying out very many takes seconds, six times.
  const auto room = std::int64_t{options_.columns} * attempt.max_height;
  if (attempt.max_height > 0 && static_cast<std::int64_t>(outline.groups.size()) * kSmallestBox > room)
    return std::optional<Picture>();
  for (const int label : kLabelWidths) {
    for (const layout::Direction direction : {layout::Direction::kDown, layout::Direction::kRight}) {
      const PictureOptions how{
          .direction = direction, .charset = options_.charset, .max_width = options_.columns, .max_label = label};
      Result<Picture> picture = picture_of(flow_, outline, how);
      if (!picture && picture.error().code() != ErrorCode::kExhausted) return picture.error();
      if (!picture || !picture->layout.loose.empty()) continue;
      const layout::Layout& layout = picture->layout;
      if (attempt.max_height > 0 && layout.height > attempt.max_height) continue;
      if (std::int64_t{layout.width} * layout.height > kMostCells) continue;
      return std::optional(std::move(picture).value());
    }
  }
  return std::optional<Picture>();
}

void draw(Canvas& canvas, const PictureTask& task) {
  canvas.box(task.box, task.state);
  const auto lines = static_cast<int>(task.lines.size());
  const int first = task.box.y + (task.box.height - lines) / 2;
  for (int i = 0; i < lines; ++i) {
    canvas.text({task.box.x + 2, first + i}, task.lines[static_cast<std::size_t>(i)], task.state);
  }
}

// The marks that occur, with what they mean, below the drawing.
void add_legend(std::vector<TextRow>& rows, const Flow& flow, const TextPictureOptions& options) {
  std::array<bool, kStateCount> seen{};
  for (const FlowTask& task : flow.tasks) seen[static_cast<std::size_t>(state_of(task.status))] = true;
  int width = options.columns + 1;  // of the last row: the first mark needs one of its own
  for (int i = 1; i < kStateCount; ++i) {
    if (!seen[static_cast<std::size_t>(i)]) continue;
    const auto state = static_cast<State>(i);
    const std::string text = fmt::format("{} {}", mark_of(state, options.charset), name_of(state));
    const auto text_width = static_cast<int>(display_width(text));
    if (width > options.columns) rows.emplace_back();
    if (width + 2 + text_width > options.columns) {
      rows.emplace_back();
      width = 0;
    } else {
      rows.back().push_back({"  ", State::kNone});
      width += 2;
    }
    rows.back().push_back({text, state});
    width += text_width;
  }
}

bool has_crowds(const Flow& flow, const Outline& outline) {
  return std::ranges::any_of(outline.groups, [&](const OutlineGroup& box) {
    return box.groups.size() > 1 || crowds_of(flow, box, outline.siblings).size() < tasks_of(flow, box).size();
  });
}

void note_implied(TextPicture& text, const Outline& outline) {
  if (outline.implied == 0) return;
  const bool one = outline.implied == 1;
  text.notes.push_back(fmt::format("{} that others imply {} left out; --full shows {}",
                                   one ? "an edge" : fmt::format("{} edges", outline.implied), one ? "is" : "are",
                                   one ? "it" : "them"));
}

TextPicture Search::drawn(const Picture& picture, const Outline& outline) const {
  Canvas canvas(picture.layout.width, picture.layout.height, options_.charset);
  for (const PictureGroup& group : picture.groups) {
    if (!group.title.empty()) {
      canvas.box(group.box, group.state);
      canvas.text({group.box.x + 2, group.box.y}, " " + group.title + " ", group.state);
    }
    for (const PictureTask& task : group.tasks) draw(canvas, task);
  }
  for (const layout::Wire& wire : picture.layout.wires) canvas.wire(wire, picture.layout.direction);
  TextPicture text{.rows = canvas.rows(), .places = {}, .notes = {}};
  for (const PictureGroup& group : picture.groups) {
    for (const PictureTask& task : group.tasks) text.places.push_back({task.box, task.tasks});
  }
  add_legend(text.rows, flow_, options_);
  if (has_crowds(flow_, outline)) text.notes.emplace_back(kMergedNote);
  note_implied(text, outline);
  return text;
}

Result<TextPicture> Search::listed(const Outline& each) const {
  const bool full = options_.detail == Detail::kFull;
  SENNIT_ASSIGN(const Outline outline, with_shared_boxes(flow_, each, full ? Siblings::kEach : Siblings::kByName));
  TextPicture text{.rows = list_rows(flow_, outline, options_), .places = {}, .notes = {}};
  add_legend(text.rows, flow_, options_);
  text.notes.push_back(fmt::format("a drawing does not fit into {} columns, so this is a list; {}", options_.columns,
                                   full ? "without --full it may" : "--format svg draws it"));
  if (has_crowds(flow_, outline)) text.notes.emplace_back(kMergedNote);
  note_implied(text, outline);
  return text;
}

Result<TextPicture> Search::run() {
  const bool full = options_.detail == Detail::kFull;
  const std::array kReadable{Attempt{Siblings::kEach, kPage}, Attempt{Siblings::kByName, 0},
                             Attempt{Siblings::kByPlaceAlone, 0}};
  const std::array kFull{Attempt{Siblings::kEach, 0}};
  const std::span<const Attempt> attempts = full ? std::span<const Attempt>(kFull) : kReadable;
  SENNIT_ASSIGN(const Outline each, outline_of(flow_, Siblings::kEach, full ? Implied::kKept : Implied::kDropped));
  for (const Attempt& attempt : attempts) {
    SENNIT_ASSIGN(const Outline outline, with_shared_boxes(flow_, each, attempt.siblings));
    SENNIT_ASSIGN(const std::optional<Picture> picture, fit(outline, attempt));
    if (picture) return drawn(*picture, outline);
  }
  return listed(each);
}

}  // namespace

Result<TextPicture> draw_text(const Flow& flow, const TextPictureOptions& options) {
  return Search(flow, options).run();
}

}  // namespace sennit::drawing
