#include "api/log_reading.h"

#include <fmt/format.h>

#include <algorithm>

#include "logs/run_layout.h"

namespace sennit::api {
namespace {

constexpr std::size_t kPiece = 256 * 1024;
constexpr std::size_t kReadAhead = 16 * 1024;  // of each log of a merge
constexpr int kStepsAtATime = 4096;            // some milliseconds: lines of a merge,
constexpr int kOpening = 16;                   // or so many steps for an attempt that may have no log,
constexpr int kSearching = 256;                // or for a piece of one, which may be much to look through

std::string label_of(std::string_view name, std::uint32_t number) {
  return number == 0 ? fmt::format("[{}]", name) : fmt::format("[{} retry-{}]", name, number);
}

LogSource::Growth growth_of(bool over) { return over ? LogSource::Growth::kComplete : LogSource::Growth::kGrowing; }

}  // namespace

LogReading::LogReading(std::shared_ptr<const Workflow> spec, std::string runs_dir, LogQuery query)
    : spec_(std::move(spec)), runs_dir_(std::move(runs_dir)), query_(std::move(query)) {}

void LogReading::list(Attempt attempt, Phase phase) {
  if (!query_.from.is_done(attempt.task, attempt.number)) listed_.push_back({attempt, phase});
}

LogReading::Reader LogReading::reader_of(Attempt attempt) const {
  const std::string name(spec_->name_of(attempt.task));
  LineFormat format{.timestamps = query_.timestamps, .form = query_.form};
  if (query_.form == LogForm::kOsmo) {
    format.label = label_of(name, attempt.number);
  } else if (!query_.task) {
    format.label = label_of(name, attempt.number) + ' ';
  }
  Reader reader{attempt, LogSource(logs::run_layout(runs_dir_, name, attempt.number), std::move(format), query_.lines)};
  reader.source.stop_when(stop_);
  if (const auto place = query_.from.place(attempt.task, attempt.number)) reader.source.go_on(*place);
  return reader;
}

// The attempt in the list, if its turn has not come; else null.
LogReading::Listed* LogReading::find_to_come(Attempt attempt) {
  const Listed wanted{attempt, Phase::kOver};
  // While logs are merged all of them are there yet.
  const std::size_t from = query_.merged && (next_ < listed_.size() || !merge_.empty()) ? 0 : next_;
  const auto begin = listed_.begin() + static_cast<std::ptrdiff_t>(from);
  const auto it = std::lower_bound(begin, listed_.end(), wanted);
  return it == listed_.end() || wanted < *it ? nullptr : &*it;
}

LogReading::Reader* LogReading::find_live(Attempt attempt) {
  const auto found = std::ranges::find(live_, attempt, &Reader::attempt);
  return found == live_.end() ? nullptr : &*found;
}

void LogReading::begin(Attempt attempt) {
  if (find_to_come(attempt) != nullptr || find_live(attempt) != nullptr) return;
  live_.push_back(reader_of(attempt));
}

void LogReading::grow(Attempt attempt) {
  if (Reader* reader = find_live(attempt)) reader->dirty = true;
}

void LogReading::end(Attempt attempt) {
  if (Listed* listed = find_to_come(attempt)) listed->phase = Phase::kOver;
  if (Reader* reader = find_live(attempt)) reader->over = reader->dirty = true;
}

bool LogReading::has_work() const {
  return next_ < listed_.size() || current_ || !merge_.empty() ||
         std::ranges::any_of(live_, [](const Reader& reader) { return reader.dirty; });
}

// --- what is written -------------------------------------------------------------------------------------------------

void LogReading::append(std::string& out, const Reader& reader, std::string_view text, const LogPlace& place) const {
  if (query_.framed && !text.empty()) {
    out += frame_header(text.size(), reader.attempt.task, reader.attempt.number, place);
  }
  out += text;
}

void LogReading::tell_done(std::string& out, Attempt attempt) const {
  if (query_.framed) out += done_frame(attempt.task, attempt.number);
}

// Where it begins, before there is text: who asked for the end only must not get another end later.
void LogReading::tell_place(std::string& out, Reader& reader) const {
  if (!query_.framed || reader.told || !reader.source.has_begun()) return;
  reader.told = true;
  out += frame_header(0, reader.attempt.task, reader.attempt.number, reader.source.place());
}

LogSource::State LogReading::take_some(std::string& out, Reader& reader) const {
  std::string text;
  const LogSource::State state = reader.source.take(text, kPiece, growth_of(reader.over));
  append(out, reader, text, reader.source.place());
  if (text.empty()) tell_place(out, reader);
  return state;
}

LogReading::Piece LogReading::take() {
  Piece piece;
  for (int steps = 0; steps < kStepsAtATime && piece.text.size() < kPiece;) {
    const std::size_t before = next_;
    const bool more = query_.merged ? take_merged(piece.text) : take_listed(piece.text);
    if (!more) break;
    steps += next_ != before ? kOpening : query_.merged ? 1 : kSearching;
  }
  if (next_ == listed_.size() && !current_ && merge_.empty() && piece.text.size() < kPiece) take_live(piece.text);
  piece.more = has_work();
  return piece;
}

// --- one log after the other -----------------------------------------------------------------------------------------

// One piece of the listed attempts; false when there is none left.
bool LogReading::take_listed(std::string& out) {
  if (!current_) {
    if (next_ == listed_.size()) return false;
    const Listed listed = listed_[next_++];
    if (query_.follow && listed.phase == Phase::kGoesOn) {
      live_.push_back(reader_of(listed.attempt));
      return true;
    }
    current_.emplace(reader_of(listed.attempt));
    current_->over = true;
  }
  if (take_some(out, *current_) == LogSource::State::kMore) return true;
  tell_done(out, current_->attempt);
  current_.reset();
  return true;
}

void LogReading::take_live(std::string& out) {
  for (auto reader = live_.begin(); reader != live_.end();) {
    LogSource::State state = LogSource::State::kEmpty;
    for (int pieces = 0; reader->dirty && out.size() < kPiece && pieces < kStepsAtATime / kSearching; ++pieces) {
      state = take_some(out, *reader);
      reader->dirty = state == LogSource::State::kMore;
    }
    if (state == LogSource::State::kOver || (reader->over && !reader->dirty)) {
      tell_done(out, reader->attempt);
      reader = live_.erase(reader);
    } else {
      ++reader;
    }
  }
}

// --- merged by time --------------------------------------------------------------------------------------------------

// A log joins the merge with its first time, without being kept open until its turn comes.
void LogReading::take_turn() {
  const std::size_t order = next_++;
  Reader reader = reader_of(listed_[order].attempt);
  merge_.push({reader.source.first_time(), order});
}

// Whether there are lines of it to merge.
bool LogReading::read_ahead(std::string& out, Reader& reader) const {
  if (reader.taken < reader.lines.size()) return true;
  reader.lines.clear();
  reader.taken = 0;
  LogSource::State state = LogSource::State::kMore;
  while (reader.lines.empty() && state == LogSource::State::kMore) {
    state = reader.source.take_each(kReadAhead, growth_of(reader.over), [&reader](Instant at, std::string_view text) {
      reader.lines.push_back({at, std::string(text), reader.source.place()});
    });
  }
  if (reader.lines.empty()) tell_place(out, reader);
  return !reader.lines.empty();
}

// The log has nothing more by now: it is over, or followed from here on.
void LogReading::end_merging(std::string& out, std::size_t order) {
  Reader reader = std::move(merging_.at(order));
  merging_.erase(order);
  if (!query_.follow || listed_[order].phase == Phase::kOver) {
    if (reader.over || !query_.follow) return tell_done(out, reader.attempt);
    reader.over = true;  // it ended meanwhile; there may be a last line
  }
  reader.dirty = true;
  live_.push_back(std::move(reader));
}

bool LogReading::take_merged(std::string& out) {
  if (next_ < listed_.size()) {
    take_turn();
    return true;
  }
  if (merge_.empty()) return false;
  Turn turn = merge_.top();
  merge_.pop();
  auto found = merging_.find(turn.order);
  if (found == merging_.end()) {
    const Listed& listed = listed_[turn.order];
    found = merging_.emplace(turn.order, reader_of(listed.attempt)).first;
    found->second.over = !query_.follow || listed.phase == Phase::kOver;
  }
  Reader& reader = found->second;
  // As long as it is the earliest.
  while (out.size() < kPiece) {
    if (!read_ahead(out, reader)) {
      end_merging(out, turn.order);
      return true;
    }
    const Line& line = reader.lines[reader.taken];
    turn.at = std::max(turn.at, line.at);  // where a clock was set back the order of the log counts
    if (!merge_.empty() && turn > merge_.top()) break;
    append(out, reader, line.text, line.behind);
    ++reader.taken;
  }
  merge_.push(turn);
  return true;
}

}  // namespace sennit::api
