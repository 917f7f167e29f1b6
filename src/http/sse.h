// Server-sent events: the text that a stream of events is written in, and an incremental reader of it. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "loop/callback.h"

namespace sennit::http {

struct SseEvent {
  std::string id;    // the cursor; "" is none
  std::string type;  // "" is "message"
  std::string data;  // may have several lines
};

// Appends one event. Line ends within id and type are left out, those within data become several data lines.
void append_event(std::string& out, const SseEvent& event);
// Appends a comment line, which readers skip: to keep a connection alive.
void append_comment(std::string& out, std::string_view text);

// Reads a stream of events in pieces of any size, with any of the three line ends.
class SseParser {
 public:
  explicit SseParser(std::size_t max_event_bytes = 16 * 1024 * 1024);

  // Calls `on_event` for every event that `bytes` completes. An event without data is none (as the standard says).
  // Fails: kExhausted (a line or an event over the bound); feed nothing more afterwards.
  Result<void> feed(std::string_view bytes, loop::Callback<void(const SseEvent&)>& on_event);

  // The id of the last event: where to go on after a lost connection.
  const std::string& last_id() const { return last_id_; }

 private:
  void take_line(std::string_view line, loop::Callback<void(const SseEvent&)>& on_event);
  void dispatch(loop::Callback<void(const SseEvent&)>& on_event);

  std::size_t max_bytes_;
  std::string line_;
  bool after_cr_ = false;
  bool at_start_ = true;
  bool has_data_ = false;
  SseEvent event_;
  std::string last_id_;
};

}  // namespace sennit::http
