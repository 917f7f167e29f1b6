// Takes the stream of a framed log apart (docs/api.md): text to show, and how far each log has been shown, so that a
// client whose connection is lost goes on behind exactly what it has shown.
//
// Threads: one at a time. Errors: kCorrupt: this is no such stream.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace sennit::client {

class LogFrames {
 public:
  // Hands on each frame's text once all of it is there. False of `show` ends it.
  Result<void> feed(std::string_view chunk, const std::function<bool(std::string_view)>& show);

  // What has not come whole is forgotten: the connection is lost.
  void cut() { held_.clear(); }

  // To be sent when the logs are asked for again; "": nothing has come yet.
  std::string cursor() const;
  // How many frames have come.
  std::uint64_t frames() const { return frames_; }

 private:
  Result<bool> take_frame(std::string_view& rest, const std::function<bool(std::string_view)>& show, bool& stopped);
  void mark_done(std::uint32_t task, std::uint32_t attempt);

  std::string held_;
  std::uint64_t frames_ = 0;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> places_;  // by task and attempt: what was said of it
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> done_;  // by attempt and first task: the last one
};

}  // namespace sennit::client
