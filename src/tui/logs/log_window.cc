#include "tui/logs/log_window.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <utility>

#include "tui/jobs/any_case.h"
#include "tui/parts/boxes.h"
#include "tui/parts/escapes.h"

namespace sennit::tui {
namespace {

std::uint64_t end_of(const LastLines& lines) { return lines.dropped() + lines.lines().size(); }

std::string text_of(const LastLines& lines, std::uint64_t line) {
  return without_escapes(lines.lines()[static_cast<std::size_t>(line - lines.dropped())]);
}

// Most lines of a log that is filtered do not have it, and all of them are looked at for each frame: what has not even
// its first letter is passed over before it is made a text.
bool may_have(const LastLines& lines, std::uint64_t line, std::string_view part) {
  if (part.empty()) return true;
  const std::string& raw = lines.lines()[static_cast<std::size_t>(line - lines.dropped())];
  const auto first = static_cast<unsigned char>(part.front());
  const auto has = [&raw](int letter) { return std::memchr(raw.data(), letter, raw.size()) != nullptr; };
  return first == ' ' || has(std::tolower(first)) || has(std::toupper(first));  // a space may be a tab there
}

}  // namespace

void LogWindow::set(Shape shape) {
  if (shape == shape_) return;
  shape_ = std::move(shape);
  shape_.rows = std::max(shape_.rows, 1);
  top_.row = 0;  // another row of it now
}

std::vector<std::string> LogWindow::rows_of(const LastLines& lines, std::uint64_t line) const {
  if (!may_have(lines, line, shape_.filter)) return {};
  std::string text = text_of(lines, line);
  if (!has_any_case(text, shape_.filter)) return {};
  if (!shape_.wraps || text.empty()) return {std::move(text)};
  return wrapped(text, shape_.columns);
}

LogWindow::Place LogWindow::place_of_end(const LastLines& lines) const {
  auto left = static_cast<std::size_t>(shape_.rows);
  Place place{.line = end_of(lines)};
  for (std::uint64_t line = end_of(lines); line > lines.dropped();) {
    const std::size_t rows = rows_of(lines, --line).size();
    if (rows == 0) continue;
    place = {.line = line, .row = rows > left ? rows - left : 0};
    if (rows >= left) break;
    left -= rows;
  }
  return place;
}

LogWindow::Place LogWindow::within(const LastLines& lines, Place place) const {
  return std::clamp(place, Place{.line = lines.dropped()}, std::max(end_, Place{.line = lines.dropped()}));
}

std::vector<std::string> LogWindow::rows(const LastLines& lines) {
  end_ = place_of_end(lines);
  // What is not there yet may come: `top_` stays.
  const Place top = at_end_ ? end_ : within(lines, top_);
  std::vector<std::string> shown;
  std::size_t skipped = top.row;
  for (std::uint64_t line = top.line; line < end_of(lines) && std::ssize(shown) < shape_.rows; ++line) {
    for (std::string& row : rows_of(lines, line)) {
      if (skipped > 0) {
        --skipped;
      } else if (std::ssize(shown) < shape_.rows) {
        shown.push_back(std::move(row));
      }
    }
    skipped = 0;
  }
  return shown;
}

LogWindow::Place LogWindow::moved(const LastLines& lines, Place from, long by) const {
  auto left = static_cast<std::size_t>(by < 0 ? -by : by);
  if (by < 0) {
    Place highest = from;
    while (left > from.row) {
      left -= from.row;
      if (from.row > 0) highest = {.line = from.line};
      if (from.line == lines.dropped()) return highest;
      --from.line;
      from.row = rows_of(lines, from.line).size();
    }
    from.row -= left;
    return from;
  }
  while (from.line < end_of(lines)) {
    const std::size_t rows = rows_of(lines, from.line).size();
    if (from.row + left < rows) return {.line = from.line, .row = from.row + left};
    left -= rows - std::min(rows, from.row);
    from = {.line = from.line + 1};
  }
  return from;
}

void LogWindow::scroll(const LastLines& lines, long by) {
  end_ = place_of_end(lines);
  top_ = moved(lines, at_end_ ? end_ : within(lines, top_), by);
  at_end_ = (at_end_ || by > 0) && top_ >= end_;
  top_ = within(lines, top_);
  if (found_ && !is_in_sight(lines, *found_)) found_.reset();
}

void LogWindow::to_beginning(const LastLines& lines) {
  top_ = {.line = lines.dropped()};
  at_end_ = false;
  found_.reset();
}

bool LogWindow::is_in_sight(const LastLines& lines, std::uint64_t line) const {
  const Place top = at_end_ ? end_ : within(lines, top_);
  return line >= top.line && Place{.line = line} < moved(lines, top, shape_.rows);
}

bool LogWindow::find(const LastLines& lines, std::string_view part, int direction) {
  end_ = place_of_end(lines);
  const Place top = at_end_ ? end_ : within(lines, top_);
  std::uint64_t at = top.line;  // everything before it was looked at, or everything from it on
  if (found_ && *found_ >= lines.dropped()) {
    at = direction < 0 ? *found_ : *found_ + 1;
  } else if (direction < 0) {
    at = at_end_ ? end_of(lines) : moved(lines, top, shape_.rows).line;
  }
  for (;;) {
    if (direction < 0 ? at <= lines.dropped() : at >= end_of(lines)) return false;
    const std::uint64_t line = direction < 0 ? --at : at++;
    if (!may_have(lines, line, part)) continue;
    const std::string text = text_of(lines, line);
    if (!has_any_case(text, part) || !has_any_case(text, shape_.filter)) continue;
    found_ = line;
    top_ = {.line = line};
    at_end_ = false;
    top_ = within(lines, top_);
    return true;
  }
}

void LogWindow::begin_again(std::uint64_t oldest) {
  top_ = {.line = top_.line - std::min(top_.line, oldest)};
  found_.reset();
}

}  // namespace sennit::tui
