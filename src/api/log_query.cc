#include "api/log_query.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "api/query.h"

namespace sennit::api {
namespace {

constexpr std::uint64_t kMostContext = 10'000;

Error wrong(std::string_view name, std::string_view written, std::string_view expected) {
  return {ErrorCode::kInvalid, fmt::format("{}={}: {} was expected", name, written, expected)};
}

Result<std::optional<logs::Stream>> stream_parameter(const http::Target& target) {
  const auto text = text_parameter(target, "stream");
  if (!text) return std::optional<logs::Stream>();
  if (*text == "stdout") return std::optional(logs::Stream::kStdout);
  if (*text == "stderr") return std::optional(logs::Stream::kStderr);
  return wrong("stream", *text, "stdout or stderr");
}

Result<void> read_pattern(const http::Target& target, LogSelection& lines) {
  const auto pattern = text_parameter(target, "grep");
  SENNIT_ASSIGN(const auto context, number_parameter(target, "context"));
  if (!pattern && context) return Error(ErrorCode::kInvalid, "context is for lines that match: it needs grep");
  if (!pattern) return {};
  const auto letters =
      flag_parameter(target, "ignore_case") ? logs::LetterCase::kIgnored : logs::LetterCase::kAsWritten;
  Result<logs::LinePattern> parsed = logs::LinePattern::parse(*pattern, letters);
  if (!parsed) return std::move(parsed).error().in(fmt::format("'{}' is no pattern", *pattern));
  lines.pattern = std::make_shared<const logs::LinePattern>(std::move(*parsed));
  lines.context = static_cast<std::uint32_t>(std::min(context.value_or(0), kMostContext));
  return {};
}

Result<LogSelection> selection(const http::Target& target) {
  LogSelection lines;
  SENNIT_ASSIGN(lines.last_lines, number_parameter(target, "tail"));
  SENNIT_ASSIGN(const auto since, time_parameter(target, "since"));
  SENNIT_ASSIGN(const auto until, time_parameter(target, "until"));
  lines.since = since.value_or(Instant());
  lines.until = until.value_or(Instant());
  if (lines.since.is_set() && lines.until.is_set() && lines.until < lines.since) {
    return Error(ErrorCode::kInvalid, "until is before since: no line can be of that time");
  }
  SENNIT_ASSIGN(lines.stream, stream_parameter(target));
  SENNIT_TRY(read_pattern(target, lines));
  return lines;
}

// Takes the next word off a line and reads it as a number.
template <class Number>
bool take_number(std::string_view& line, Number& number) {
  const std::string_view word = line.substr(0, line.find(' '));
  line.remove_prefix(std::min(word.size() + 1, line.size()));
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  return error == std::errc{} && end == word.data() + word.size();
}

Error not_a_cursor(std::string_view line) {
  return {ErrorCode::kInvalid, fmt::format("'{}' says nothing about a log", line.substr(0, 80))};
}

}  // namespace

Result<LogCursor> LogCursor::parse(std::string_view text) {
  LogCursor cursor;
  while (!text.empty()) {
    const std::string_view whole = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(whole.size() + 1, text.size()));
    std::string_view line = whole;
    std::uint32_t attempt = 0;
    if (line.ends_with(" done")) {
      std::string_view tasks = line.substr(0, line.find(' '));
      line.remove_prefix(std::min(tasks.size() + 1, line.size()));
      std::array<std::uint32_t, 2> range{};
      std::string_view first = tasks.substr(0, tasks.find('-'));
      tasks.remove_prefix(std::min(first.size() + 1, tasks.size()));
      if (!take_number(first, range[0])) return not_a_cursor(whole);
      if (!tasks.empty() && !take_number(tasks, range[1])) return not_a_cursor(whole);
      if (!take_number(line, attempt)) return not_a_cursor(whole);
      cursor.done_[{attempt, range[0]}] = std::max(range[0], range[1]);
      continue;
    }
    std::uint32_t task = 0;
    LogPlace place;
    const bool whole_line = take_number(line, task) && take_number(line, attempt) && take_number(line, place.next) &&
                            take_number(line, place.printed) && take_number(line, place.start) &&
                            take_number(line, place.after) && line.empty();
    if (!whole_line) return not_a_cursor(whole);
    cursor.places_[{task, attempt}] = place;
  }
  return cursor;
}

bool LogCursor::is_done(TaskIndex task, std::uint32_t attempt) const {
  auto behind = done_.upper_bound({attempt, task.value()});
  if (behind == done_.begin()) return false;
  --behind;
  return behind->first.first == attempt && behind->second >= task.value();
}

std::optional<LogPlace> LogCursor::place(TaskIndex task, std::uint32_t attempt) const {
  const auto found = places_.find({task.value(), attempt});
  return found == places_.end() ? std::nullopt : std::optional(found->second);
}

std::string frame_header(std::size_t bytes, TaskIndex task, std::uint32_t attempt, const LogPlace& place) {
  return fmt::format("{} {} {} {} {} {} {}\n", bytes, task.value(), attempt, place.next, place.printed, place.start,
                     place.after);
}

std::string done_frame(TaskIndex task, std::uint32_t attempt) {
  return fmt::format("0 {} {} done\n", task.value(), attempt);
}

Result<LogQuery> log_query(const http::Target& target, std::string_view body) {
  LogQuery query;
  SENNIT_ASSIGN(query.attempt, small_number_parameter(target, "attempt"));
  SENNIT_ASSIGN(query.lines, selection(target));
  query.follow = flag_parameter(target, "follow");
  query.block = flag_parameter(target, "block");
  if (query.block && !query.follow) {
    return Error(ErrorCode::kInvalid, "block is for a log that is followed: it needs follow");
  }
  query.merged = flag_parameter(target, "merged");
  query.framed = flag_parameter(target, "framed");
  query.timestamps = flag_parameter(target, "timestamps") ? Timestamps::kOn : Timestamps::kOff;
  if (const auto form = text_parameter(target, "format"); form && *form != "plain") {
    if (*form != "osmo") return wrong("format", *form, "plain or osmo");
    query.form = LogForm::kOsmo;
  }
  SENNIT_ASSIGN(query.from, LogCursor::parse(body));
  return query;
}

}  // namespace sennit::api
