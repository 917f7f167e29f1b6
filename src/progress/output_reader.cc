#include "progress/output_reader.h"

#include <algorithm>
#include <utility>

namespace sennit::progress {
namespace {

// Of what was put off: the last redrawn bar is in it.
constexpr std::size_t kTail = 4 * 1024;
constexpr std::size_t kShortestLine = 2;  // "5%"
constexpr std::string_view kEnds = "\n\r\b";
constexpr char kEscape = '\x1b';

// Behind the escape at `at`: where the text goes on.
std::size_t skip_escape(std::string_view text, std::size_t at) {
  ++at;
  if (at >= text.size() || text[at] != '[') return std::min(at + 1, text.size());
  ++at;
  while (at < text.size() && (text[at] < '@' || text[at] > '~')) ++at;
  return std::min(at + 1, text.size());
}

void drop_escapes(std::string_view text, std::string& out) {
  out.clear();
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == kEscape) {
      at = skip_escape(text, at);
    } else {
      out += text[at++];
    }
  }
}

bool is_binary(std::string_view line) {
  return std::ranges::any_of(line, [](char c) { return static_cast<unsigned char>(c) < ' ' && c != '\t'; });
}

}  // namespace

void LineCutter::line(std::string_view text, const OnLine& on_line) {
  if (text.size() < kShortestLine || text.size() > kLongestLine) return;
  if (text.find(kEscape) != std::string_view::npos) {
    drop_escapes(text, plain_);
    text = plain_;
  }
  if (!text.empty() && !is_binary(text)) on_line(text);
}

void LineCutter::take(std::string_view bytes, const OnLine& on_line) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find_first_of(kEnds);
    if (end == std::string_view::npos) {
      if (too_long_ || begun_.size() + bytes.size() > kLongestLine) {
        too_long_ = true;
        begun_.clear();
      } else {
        begun_ += bytes;
      }
      return;
    }
    const bool seen = end == 0 && seen_ > 0 && seen_ == begun_.size();
    if (!too_long_ && begun_.empty()) {
      line(bytes.substr(0, end), on_line);
    } else if (seen) {
      // It was taken for a line already.
    } else if (!too_long_ && begun_.size() + end <= kLongestLine) {
      begun_ += bytes.substr(0, end);
      line(begun_, on_line);
    }
    begun_.clear();
    seen_ = 0;
    too_long_ = false;
    redrawn_ = bytes[end] != '\n';
    bytes.remove_prefix(end + 1);
  }
}

void LineCutter::see_bar(const OnLine& on_line) {
  if (!has_unseen_bar()) return;
  seen_ = begun_.size();
  line(begun_, on_line);
}

void LineCutter::break_off() {
  begun_.clear();
  seen_ = 0;
  too_long_ = true;
}

void LineCutter::end(const OnLine& on_line) {
  if (!too_long_ && !begun_.empty() && seen_ != begun_.size()) line(begun_, on_line);
  begun_.clear();
  seen_ = 0;
}

void OutputReader::take(std::size_t stream, std::string_view bytes, Micros now) {
  Stream& one = streams_[stream];
  if (window_ < Micros::zero() || now - window_ >= kWindow) {
    window_ = now;
    read_ = 0;
  }
  if (read_ + bytes.size() > kBytesPerWindow) return put_off(one, bytes);
  read_ += bytes.size();
  settle(one);
  one.cutter.take(bytes, on_line_);
}

void OutputReader::put_off(Stream& stream, std::string_view bytes) {
  if (!stream.behind) {
    stream.behind = true;
    stream.cutter.break_off();
  }
  if (bytes.size() >= kTail) {
    stream.tail = bytes.substr(bytes.size() - kTail);
    return;
  }
  stream.tail += bytes;
  if (stream.tail.size() > 2 * kTail) stream.tail.erase(0, stream.tail.size() - kTail);
}

void OutputReader::settle(Stream& stream) {
  if (!stream.behind) return;
  stream.behind = false;
  stream.cutter.take(stream.tail, on_line_);
  stream.tail.clear();
}

void OutputReader::settle() {
  for (Stream& stream : streams_) {
    settle(stream);
    stream.cutter.see_bar(on_line_);
  }
}

void OutputReader::end() {
  settle();
  for (Stream& stream : streams_) stream.cutter.end(on_line_);
}

}  // namespace sennit::progress
