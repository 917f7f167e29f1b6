#include "client/log_frames.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

namespace sennit::client {
namespace {

constexpr std::size_t kMostHeader = 200;

template <class Number>
bool take_number(std::string_view& line, Number& number) {
  const std::string_view word = line.substr(0, line.find(' '));
  line.remove_prefix(std::min(word.size() + 1, line.size()));
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  return error == std::errc{} && end == word.data() + word.size();
}

}  // namespace

Result<void> LogFrames::feed(std::string_view chunk, const std::function<bool(std::string_view)>& show) {
  // What is held is a piece of one frame; most frames come whole and are not copied.
  if (!held_.empty()) {
    held_ += chunk;
    chunk = held_;
  }
  std::string_view rest = chunk;
  bool stopped = false;
  for (;;) {
    SENNIT_ASSIGN(const bool took, take_frame(rest, show, stopped));
    if (!took || stopped) break;
  }
  if (rest.size() != held_.size() || rest.data() != held_.data()) held_ = std::string(rest);
  return {};
}

// False: it is not there whole.
Result<bool> LogFrames::take_frame(std::string_view& rest, const std::function<bool(std::string_view)>& show,
                                   bool& stopped) {
  const std::size_t newline = rest.find('\n');
  const Error none(ErrorCode::kCorrupt, "the server's answer is no log in frames");
  if (newline == std::string_view::npos && rest.size() > kMostHeader) return none;
  if (newline == std::string_view::npos) return false;
  std::string_view header = rest.substr(0, newline);
  std::size_t bytes = 0;
  std::uint32_t task = 0;
  std::uint32_t attempt = 0;
  if (!take_number(header, bytes)) return none;
  const std::string_view place = header;
  if (!take_number(header, task) || !take_number(header, attempt)) return none;
  if (rest.size() - newline - 1 < bytes) return false;
  const std::string_view text = rest.substr(newline + 1, bytes);
  if (!text.empty()) stopped = !show(text);
  if (header == "done") {
    mark_done(task, attempt);
  } else {
    places_[{task, attempt}] = place;
  }
  ++frames_;
  rest.remove_prefix(newline + 1 + bytes);
  return true;
}

// Tasks in a row are one entry: of a million of them that are over little is left to say.
void LogFrames::mark_done(std::uint32_t task, std::uint32_t attempt) {
  places_.erase({task, attempt});
  std::uint32_t first = task;
  std::uint32_t last = task;
  auto behind = done_.upper_bound({attempt, task});
  if (behind != done_.begin()) {
    const auto before = std::prev(behind);
    if (before->first.first == attempt && before->second + 1 >= task) {
      first = before->first.second;
      last = std::max(task, before->second);
    }
  }
  if (behind != done_.end() && behind->first.first == attempt && behind->first.second == last + 1) {
    last = behind->second;
    done_.erase(behind);
  }
  done_[{attempt, first}] = last;
}

std::string LogFrames::cursor() const {
  std::string text;
  for (const auto& [whose, place] : places_) text.append(place).append("\n");
  for (const auto& [first, last] : done_) text += fmt::format("{}-{} {} done\n", first.second, last, first.first);
  return text;
}

}  // namespace sennit::client
