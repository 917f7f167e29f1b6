// What goes through a channel: a way into a running task, from a client at one end to the task's side (src/user) at the
// other. docs/formats/channel.md lists the frames and the order they come in. Whoever is in between hands frames on and
// needs to understand none of them.
//
// Needs `base` alone: the task's side is a static program that lies in images of others and has to be small.
//
// Version rule: that of wire/messages.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "wire/frame.h"

namespace sennit::wire {

// The streams of a channel, numbered as Kubernetes numbers those of its own. For a port, what goes to it is kStdin and
// what comes from it kStdout.
enum class ChannelStream : std::uint8_t { kStdin = 0, kStdout = 1, kStderr = 2 };

struct TerminalSize {
  std::uint32_t rows = 0;  // 0: not known
  std::uint32_t columns = 0;
  friend bool operator==(const TerminalSize&, const TerminalSize&) = default;
};

// Task's side to client, first of all: it is there and listens.
struct ChannelReady {
  friend bool operator==(const ChannelReady&, const ChannelReady&) = default;
};

// Client to task's side, once, after ChannelReady. Answered by ChannelOpened or ChannelEnded.
struct ChannelRequest {
  enum class Kind : std::uint8_t {
    kCommand = 0,  // runs `argv` beside the task's own command, in its world
    kTcp = 1,      // connects to `port` of `host`
    kUdp = 2,      // the same; each ChannelBytes is one datagram
    kAttach = 3,   // to the terminal of the task's own command, which has `size` from then on
  };
  Kind kind = Kind::kCommand;
  std::vector<std::string> argv;
  bool terminal = false;  // it gets a terminal of its own; stderr then comes as stdout
  TerminalSize size;
  std::vector<std::pair<std::string, std::string>> environment;  // on top of the task's
  std::string directory;                                         // "": the task's
  std::string host;                                              // "": the task's own loopback
  std::uint32_t port = 0;
  friend bool operator==(const ChannelRequest&, const ChannelRequest&) = default;
};

struct ChannelOpened {
  std::uint32_t pid = 0;  // of the command, as the task's world numbers it; 0: there is none
  friend bool operator==(const ChannelOpened&, const ChannelOpened&) = default;
};

// Either way. Decoded: `bytes` is into the payload.
struct ChannelBytes {
  ChannelStream stream = ChannelStream::kStdin;
  std::string_view bytes;
  friend bool operator==(const ChannelBytes&, const ChannelBytes&) = default;
};

// Nothing more comes on this stream, from either end.
struct ChannelStreamEnded {
  ChannelStream stream = ChannelStream::kStdin;
  friend bool operator==(const ChannelStreamEnded&, const ChannelStreamEnded&) = default;
};

// Client to task's side: its terminal has another size now.
struct ChannelResize {
  TerminalSize size;
  friend bool operator==(const ChannelResize&, const ChannelResize&) = default;
};

// Client to task's side: to what runs in the foreground of the terminal, else to the command's process group.
struct ChannelSignal {
  std::uint32_t number = 0;
  friend bool operator==(const ChannelSignal&, const ChannelSignal&) = default;
};

// Task's side to client, the last of all.
struct ChannelEnded {
  enum class How : std::uint8_t {
    kExited = 0,    // `code`: the command's exit code; 0 for a port that was closed in order
    kSignaled = 1,  // `code`: the signal's number
    kRefused = 2,   // it never opened: `message` says why, `code` as shells tell it (126, 127), or 0
    kBroken = 3,    // it was open and is cut off: `message` says by what
  };
  How how = How::kExited;
  std::uint32_t code = 0;
  std::string message;
  friend bool operator==(const ChannelEnded&, const ChannelEnded&) = default;
};

// Task's side to ctrl, first on a connection that it made for this: it is the channel that was asked for by that number
// (OpenSession of wire/user_messages).
struct JoinChannel {
  std::uint64_t key = 0;
  friend bool operator==(const JoinChannel&, const JoinChannel&) = default;
};

// A frame that this release does not know: ignored.
struct UnknownChannelFrame {
  friend bool operator==(const UnknownChannelFrame&, const UnknownChannelFrame&) = default;
};

using ChannelMessage = std::variant<UnknownChannelFrame, ChannelReady, ChannelRequest, ChannelOpened, ChannelBytes,
                                    ChannelStreamEnded, ChannelResize, ChannelSignal, ChannelEnded, JoinChannel>;

// The numbers of the frames: 256..319, whichever way they go.
inline constexpr FrameType kFirstChannelFrame = 256;
inline constexpr FrameType kChannelReadyFrame = 256;
inline constexpr FrameType kChannelRequestFrame = 257;
inline constexpr FrameType kChannelOpenedFrame = 258;
inline constexpr FrameType kChannelBytesFrame = 259;
inline constexpr FrameType kChannelStreamEndedFrame = 260;
inline constexpr FrameType kChannelResizeFrame = 261;
inline constexpr FrameType kChannelSignalFrame = 262;
inline constexpr FrameType kChannelEndedFrame = 263;
inline constexpr FrameType kJoinChannelFrame = 264;
inline constexpr FrameType kLastChannelFrame = 319;

inline constexpr bool is_channel_frame(FrameType type) {
  return type >= kFirstChannelFrame && type <= kLastChannelFrame;
}

// What one ChannelBytes carries at most.
inline constexpr std::size_t kChannelBytes = 64 * 1024;

// Appends the message's payload to `out` and returns its frame type. UnknownChannelFrame has no encoding (type 0,
// nothing appended).
FrameType encode(const ChannelMessage& message, std::string& out);

// kCorrupt if the payload is not what its type says. Views in the message are into `payload`.
Result<ChannelMessage> decode_channel_message(FrameType type, std::string_view payload);

}  // namespace sennit::wire
