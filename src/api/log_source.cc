#include "api/log_source.h"

#include <fmt/format.h>

#include "views/json_writer.h"

namespace sennit::api {
namespace {

std::string_view name_of(logs::Stream stream) {
  switch (stream) {
    case logs::Stream::kStdout: return "stdout";
    case logs::Stream::kStderr: return "stderr";
    case logs::Stream::kNote: return "sennit";
  }
  return "";
}

}  // namespace

LogSource::LogSource(logs::RunLayout layout, LineFormat format, std::optional<std::uint64_t> last_lines)
    : layout_(std::move(layout)), format_(std::move(format)), last_lines_(last_lines) {}

bool LogSource::open(std::string& out) {
  if (reader_) return true;
  Result<logs::LogReader> reader = logs::LogReader::open(layout_.log, layout_.index);
  if (!reader) {
    // An attempt that has written nothing has no log.
    if (reader.error().code() != ErrorCode::kNotFound) out += fmt::format("[sennit] {}\n", reader.error().message());
    return false;
  }
  reader_.emplace(std::move(*reader));
  if (last_lines_) {
    const Result<std::uint64_t> start = reader_->start_of_last_lines(*last_lines_);
    if (start) offset_ = *start;
  }
  return true;
}

LogSource::State LogSource::take(std::string& out, std::size_t limit, Growth growth) {
  if (!open(out)) return State::kEmpty;
  const bool raw = format_.label.empty() && format_.timestamps == Timestamps::kOff;
  return raw ? take_raw(out, limit) : take_lines(out, limit, growth);
}

LogSource::State LogSource::take_raw(std::string& out, std::size_t limit) {
  const Result<std::string> bytes = reader_->read(offset_, limit);
  if (!bytes) {
    out += fmt::format("[sennit] {}\n", bytes.error().message());
    return State::kEmpty;
  }
  out += *bytes;
  offset_ += bytes->size();
  return bytes->size() < limit ? State::kEmpty : State::kMore;
}

LogSource::State LogSource::take_lines(std::string& out, std::size_t limit, Growth growth) {
  const Result<std::uint64_t> size = reader_->size();
  if (!size || *size == offset_) return State::kEmpty;
  const std::size_t full = out.size() + limit;
  bool open_line = false;
  std::uint64_t open_at = 0;
  const Result<std::uint64_t> end = reader_->lines(offset_, *size, [&](const logs::LogLine& line) {
    if (line.end == logs::LogLine::End::kOpen && growth == Growth::kGrowing) {
      open_line = true;
      open_at = line.offset;
      return logs::LogReader::Visit::kStop;
    }
    append_line(out, line);
    return out.size() < full ? logs::LogReader::Visit::kContinue : logs::LogReader::Visit::kStop;
  });
  if (!end) {
    out += fmt::format("[sennit] {}\n", end.error().message());
    return State::kEmpty;
  }
  offset_ = open_line ? open_at : *end;
  return !open_line && offset_ < *size ? State::kMore : State::kEmpty;
}

void LogSource::append_line(std::string& out, const logs::LogLine& line) const {
  if (format_.timestamps == Timestamps::kOn) {
    out += line.at.is_set() ? views::format_instant(line.at) : "-";
    out += ' ';
    out += name_of(line.stream);
    out += ' ';
  }
  out += format_.label;
  out += line.text;
  out += '\n';
}

}  // namespace sennit::api
