#include "http/sse.h"

namespace sennit::http {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// A field of one line: what would end the line or the event is left out.
void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ");
  for (const char c : value) {
    if (c != '\r' && c != '\n' && c != '\0') out.push_back(c);
  }
  out.push_back('\n');
}

// The next line of `text` with any of the three ends; takes it and its end off.
std::string_view take_text_line(std::string_view& text) {
  const std::size_t end = text.find_first_of("\r\n");
  const std::string_view line = text.substr(0, end);
  if (end == std::string_view::npos) {
    text = {};
    return line;
  }
  text.remove_prefix(text.substr(end, 2) == "\r\n" ? end + 2 : end + 1);
  return line;
}

}  // namespace

void append_event(std::string& out, const SseEvent& event) {
  if (!event.id.empty()) append_field(out, "id", event.id);
  if (!event.type.empty()) append_field(out, "event", event.type);
  // Data that ends with a line end has an empty last line, which must be written for it to come back.
  std::string_view rest = event.data;
  bool more = true;
  while (more) {
    const std::size_t before = rest.size();
    const std::string_view line = take_text_line(rest);
    out.append("data: ").append(line).push_back('\n');
    more = before != line.size();
  }
  out.push_back('\n');
}

void append_comment(std::string& out, std::string_view text) {
  append_field(out, "", text);
  out.push_back('\n');
}

SseParser::SseParser(std::size_t max_event_bytes) : max_bytes_(max_event_bytes) {}

Result<void> SseParser::feed(std::string_view bytes, loop::Callback<void(const SseEvent&)>& on_event) {
  while (!bytes.empty()) {
    if (after_cr_ && bytes[0] == '\n') bytes.remove_prefix(1);  // the second half of a CRLF, whose line is taken
    after_cr_ = false;
    const std::size_t end = bytes.find_first_of("\r\n");
    const std::string_view piece = bytes.substr(0, end);
    if (line_.size() + event_.data.size() + piece.size() > max_bytes_) {
      return Error(ErrorCode::kExhausted, "event is over the limit of " + std::to_string(max_bytes_) + " bytes");
    }
    if (end == std::string_view::npos) {
      line_.append(piece);
      return {};
    }
    after_cr_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    if (line_.empty()) {
      take_line(piece, on_event);
      continue;
    }
    line_.append(piece);
    const std::string line = std::move(line_);
    line_.clear();
    take_line(line, on_event);
  }
  return {};
}

void SseParser::take_line(std::string_view line, loop::Callback<void(const SseEvent&)>& on_event) {
  if (at_start_ && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  at_start_ = false;
  if (line.empty()) return dispatch(on_event);
  const std::size_t colon = line.find(':');
  const std::string_view name = line.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (name == "data") {
    if (has_data_) event_.data.push_back('\n');
    event_.data.append(value);
    has_data_ = true;
  } else if (name == "event") {
    event_.type = value;
  } else if (name == "id" && value.find('\0') == std::string_view::npos) {
    event_.id = value;
    last_id_ = value;
  }
  // Everything else is a comment (an empty name), "retry", or of a later standard.
}

void SseParser::dispatch(loop::Callback<void(const SseEvent&)>& on_event) {
  const SseEvent event = std::exchange(event_, {});
  if (std::exchange(has_data_, false)) on_event(event);
}

}  // namespace sennit::http
