#include "api/log_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

#include "api/log_line_text.h"

namespace sennit::api {
namespace {

using logs::LogLine;
using logs::LogReader;

constexpr std::uint64_t kLooked = 4 * 1024 * 1024;  // bytes that one call looks at, at most
constexpr int kMissesInARow = 128;                  // lines, before the next one that may match is looked for
constexpr std::uint64_t kBackwards = 1024 * 1024;   // the first step of a search from the end

std::uint64_t behind(const LogLine& line) {
  return line.offset + line.text.size() + (line.end == LogLine::End::kNewline ? 1 : 0);
}

}  // namespace

LogSource::LogSource(logs::RunLayout layout, LineFormat format, LogSelection selection)
    : layout_(std::move(layout)), format_(std::move(format)), selection_(std::move(selection)) {}

bool LogSource::is_raw() const {
  return format_.label.empty() && format_.timestamps == Timestamps::kOff && format_.form == LogForm::kPlain &&
         !selection_.pattern;
}

bool LogSource::open(const Emit& emit) {
  if (reader_) return true;
  Result<LogReader> reader = LogReader::open(layout_);
  if (reader) {
    reader_.emplace(std::move(*reader));
    return true;
  }
  // An attempt that has written nothing has no log.
  if (reader.error().code() != ErrorCode::kNotFound) emit({}, fmt::format("[sennit] {}\n", reader.error().message()));
  return false;
}

Instant LogSource::first_time() {
  if (!open([](Instant, std::string_view) {})) return {};
  const Instant at = reader_->time_at(given_ ? given_->next : 0);
  reader_.reset();
  return at;
}

bool LogSource::selects(const LogLine& line) const { return !selection_.stream || *selection_.stream == line.stream; }

// Where the lines that are asked for end by now; `over`: for good.
Result<std::uint64_t> LogSource::end_of_range(std::uint64_t size, bool& over) const {
  if (!selection_.until.is_set()) return size;
  SENNIT_ASSIGN(const std::uint64_t later, reader_->first_line_since(selection_.until + Micros(1)));
  over = later != LogReader::kEnd;
  return std::min(later, size);
}

// The last so many lines that are selected, looked for from the end on. Nothing that was looked at is looked at again.
Result<std::uint64_t> LogSource::start_of_last_matches(std::uint64_t start, std::uint64_t end) const {
  std::uint64_t left = *selection_.last_lines;
  if (left == 0) return end;
  std::uint64_t high = end;
  std::uint64_t first = end;
  for (std::uint64_t step = kBackwards; high > start && !is_stopped(); step *= 2) {
    std::uint64_t low = start;
    if (high - start > step) {
      SENNIT_ASSIGN(low, reader_->line_start_from(high - step));
      if (low >= high) continue;  // a line that is longer
    }
    std::deque<std::uint64_t> found;
    for (std::uint64_t offset = low; offset < high && !is_stopped();) {
      if (selection_.pattern) {
        SENNIT_ASSIGN(offset, selection_.pattern->skip(*reader_, offset, high, kLooked));
      }
      int misses = 0;
      SENNIT_ASSIGN(offset, reader_->lines(offset, high, [&](const LogLine& line) {
        const bool match =
            selects(line) && (!selection_.pattern || selection_.pattern->matches(logs::last_drawn(line.text)));
        misses = match ? 0 : misses + 1;
        if (match) found.push_back(line.offset);
        if (found.size() > left) found.pop_front();
        return misses < kMissesInARow ? LogReader::Visit::kContinue : LogReader::Visit::kStop;
      }));
    }
    if (!found.empty()) first = found.front();
    left -= found.size();
    if (left == 0) break;
    high = low;
  }
  return left == 0 ? first : start;
}

// False: what is asked for has not begun.
Result<bool> LogSource::begin(std::uint64_t size) {
  if (begun_) return true;
  if (given_) {
    place_ = *given_;
    begun_ = true;
    return true;
  }
  if (selection_.since.is_set()) {
    SENNIT_ASSIGN(const std::uint64_t since, reader_->first_line_since(selection_.since));
    if (since == LogReader::kEnd && reader_->time_at(size).is_set()) return false;
    place_.start = since == LogReader::kEnd ? 0 : since;  // of a log without times everything counts
  }
  if (selection_.last_lines) {
    bool over = false;
    SENNIT_ASSIGN(const std::uint64_t end, end_of_range(size, over));
    const bool all_lines = !selection_.pattern && !selection_.stream;
    SENNIT_ASSIGN(const std::uint64_t start, all_lines
                                                 ? reader_->start_of_last_lines(*selection_.last_lines, end)
                                                 : start_of_last_matches(place_.start, std::max(place_.start, end)));
    place_.start = std::max(place_.start, start);
  }
  place_.next = place_.start;
  begun_ = true;
  return true;
}

LogSource::State LogSource::take(std::string& out, std::size_t limit, Growth growth) {
  return take_each(limit, growth, [&out](Instant, std::string_view text) { out += text; });
}

LogSource::State LogSource::take_each(std::size_t limit, Growth growth, const Emit& emit) {
  if (!open(emit)) return State::kEmpty;
  const Result<State> state = take_selected(limit, growth, emit);
  if (state) return *state;
  emit({}, fmt::format("[sennit] {}\n", state.error().message()));
  return State::kOver;
}

Result<LogSource::State> LogSource::take_selected(std::size_t limit, Growth growth, const Emit& emit) {
  SENNIT_ASSIGN(const std::uint64_t size, reader_->size());
  SENNIT_ASSIGN(const bool begun, begin(size));
  if (!begun) return State::kEmpty;
  bool over = false;
  SENNIT_ASSIGN(const std::uint64_t end, end_of_range(size, over));
  State state = State::kEmpty;
  if (place_.next < end) {
    if (is_raw() && !selection_.stream) {
      SENNIT_ASSIGN(state, take_raw(limit, end, emit));
    } else {
      SENNIT_ASSIGN(state, take_lines(limit, end, over ? Growth::kComplete : growth, emit));
    }
  }
  return over && state == State::kEmpty ? State::kOver : state;
}

Result<LogSource::State> LogSource::take_raw(std::size_t limit, std::uint64_t end, const Emit& emit) {
  const std::size_t most = static_cast<std::size_t>(std::min<std::uint64_t>(limit, end - place_.next));
  SENNIT_ASSIGN(const std::string bytes, reader_->read(place_.next, most));
  place_.next += bytes.size();
  place_.printed = place_.next;
  emit({}, bytes);
  return place_.next < end && !bytes.empty() ? State::kMore : State::kEmpty;
}

// The lines of one call, and what is shown because of them.
class LogSource::Taking {
 public:
  Taking(LogSource& source, std::size_t limit, Growth growth, const Emit& emit)
      : source_(source), limit_(limit), growth_(growth), emit_(emit), from_(source.place_.next) {}

  enum class Why : std::uint8_t { kEnd, kFull, kOpenLine, kMissed };
  Why why() const { return why_; }

  LogReader::Visit visit(const LogLine& line) {
    const bool open = line.end == LogLine::End::kOpen && growth_ == Growth::kGrowing;
    if (open && !source_.is_raw()) return stop(Why::kOpenLine);
    LogPlace& place = source_.place_;
    bool shown = false;
    if (source_.selects(line)) {
      const logs::LinePattern* pattern = source_.selection_.pattern.get();
      if (pattern == nullptr) {
        show(line);
        shown = true;
      } else if (pattern->matches(logs::last_drawn(line.text))) {
        show_before(line);
        place.after = source_.selection_.context;
        show(line);
        shown = true;
      } else if (place.after > 0) {
        --place.after;
        show(line);
        shown = true;
      }
    }
    place.next = behind(line);
    misses_ = shown ? 0 : misses_ + 1;
    if (bytes_ >= limit_ || place.next - from_ >= kLooked) return stop(Why::kFull);
    if (source_.selection_.pattern && misses_ >= kMissesInARow) {
      misses_ = 0;
      return stop(Why::kMissed);
    }
    return LogReader::Visit::kContinue;
  }

 private:
  LogReader::Visit stop(Why why) {
    why_ = why;
    return LogReader::Visit::kStop;
  }

  void show(const LogLine& line) {
    std::string text = std::exchange(separator_, {});
    if (source_.is_raw()) {
      text += line.text;
      if (line.end == LogLine::End::kNewline) text += '\n';
    } else {
      append_line(text, source_.format_, line);
    }
    source_.place_.printed = source_.place_.next = behind(line);
    bytes_ += text.size();
    emit_(line.at, text);
  }

  // The lines in front of one that matches that have not been shown, and a mark where lines are left out.
  void show_before(const LogLine& line) {
    const std::uint32_t context = source_.selection_.context;
    if (context == 0) return;
    LogPlace& place = source_.place_;
    const std::uint64_t shown = std::max(place.printed, place.start);
    std::vector<std::pair<LogLine, std::string>> before;
    if (shown < line.offset) {
      const Result<std::uint64_t> begin = source_.reader_->start_of_last_lines(context, line.offset);
      if (!begin) return;
      const auto keep = [&](const LogLine& earlier) {
        if (!source_.selects(earlier)) return LogReader::Visit::kContinue;
        before.emplace_back(earlier, earlier.text);
        if (before.size() > context) before.erase(before.begin());
        return LogReader::Visit::kContinue;
      };
      if (!source_.reader_->lines(std::max(*begin, shown), line.offset, keep)) return;
    }
    const std::uint64_t first = before.empty() ? line.offset : before.front().first.offset;
    if (place.printed > 0 && first > place.printed) separator_ = "--\n";
    for (auto& [earlier, text] : before) {
      earlier.text = text;
      // In front of the match it is at the end of what is read.
      if (earlier.end == LogLine::End::kOpen) earlier.end = LogLine::End::kCut;
      show(earlier);
    }
  }

  LogSource& source_;
  std::size_t limit_;
  Growth growth_;
  const Emit& emit_;
  std::uint64_t from_;
  std::size_t bytes_ = 0;
  int misses_ = 0;
  std::string separator_;
  Why why_ = Why::kEnd;
};

Result<LogSource::State> LogSource::take_lines(std::size_t limit, std::uint64_t end, Growth growth, const Emit& emit) {
  const std::uint64_t from = place_.next;
  Taking taking(*this, limit, growth, emit);
  while (place_.next < end) {
    if (selection_.pattern && place_.after == 0) {
      SENNIT_ASSIGN(place_.next, selection_.pattern->skip(*reader_, place_.next, end, kLooked));
      if (place_.next >= end) break;
      if (place_.next - from >= kLooked) return State::kMore;
    }
    SENNIT_TRY(reader_->lines(place_.next, end, [&taking](const LogLine& line) { return taking.visit(line); }));
    if (taking.why() == Taking::Why::kOpenLine) return State::kEmpty;
    if (taking.why() == Taking::Why::kFull) break;
    if (is_stopped()) return State::kEmpty;
  }
  return place_.next < end ? State::kMore : State::kEmpty;
}

}  // namespace sennit::api
