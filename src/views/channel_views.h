// Part of views.h: what the messages of a channel's WebSocket say (docs/api.md, channels).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace sennit::views {

// The first byte of each binary message. 0 to 4 and 255 as Kubernetes has them in v5.channel.k8s.io.
enum class ChannelByte : std::uint8_t {
  kStdin = 0,
  kStdout = 1,
  kStderr = 2,
  kResult = 3,         // a ChannelResultView, the last of all
  kResize = 4,         // a TerminalSizeView
  kSignal = 5,         // a number as text
  kOpened = 6,         // empty: the command runs, the port is connected
  kEndOfStream = 255,  // one byte more: which
};

struct TerminalSizeView {
  std::uint32_t columns = 0;  // "Width"
  std::uint32_t rows = 0;     // "Height"
  friend bool operator==(const TerminalSizeView&, const TerminalSizeView&) = default;
};

struct ChannelResultView {
  std::string status;     // exited, signaled, refused (it never opened), broken (it was cut off)
  std::int32_t code = 0;  // the exit code, or the signal's number; of what was refused 126, 127 or 0
  std::string message;    // why, if it was refused or broken
  friend bool operator==(const ChannelResultView&, const ChannelResultView&) = default;
};

}  // namespace sennit::views
