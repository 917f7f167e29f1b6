// What ctrl and user say to each other: the process that runs a task's four phases, and the one that the task's command
// is a child of. docs/formats/user.md lists the frames and the order they come in.
//
// Needs `base` alone: the user's side is a static program that lies in images of others and has to be small.
//
// Version rule: that of wire/messages.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/result.h"
#include "wire/frame.h"

namespace sennit::wire {

// User to ctrl, first on every connection of the entry process. `session` is a random number, never 0, that the process
// keeps as long as it lives: positions count from its start.
struct UserInfo {
  enum class State : std::uint8_t { kWaiting = 0, kRunning = 1, kEnded = 2 };
  std::string version;
  std::uint64_t session = 0;
  std::uint32_t pid = 0;
  State state = State::kWaiting;
  std::uint64_t produced = 0;  // bytes of output read from the command so far
  friend bool operator==(const UserInfo&, const UserInfo&) = default;
};

// Ctrl's answer: output up to `position` is stored, so send what follows. Nothing but it begins the flow of output.
struct Resume {
  std::string version;
  std::uint64_t position = 0;
  friend bool operator==(const Resume&, const Resume&) = default;
};

// Answered by CommandStarted or CommandEnded; asked again, by the latest of them again.
struct StartCommand {
  std::vector<std::string> argv;
  std::vector<std::pair<std::string, std::string>> environment;  // on top of what the entry process has itself
  std::string directory;                                         // "": where the entry process stands
  bool echo = false;                                             // output also goes to the entry's own
  friend bool operator==(const StartCommand&, const StartCommand&) = default;
};

// To everything of the command's process group; SIGKILL to all of the container.
struct SignalCommand {
  std::uint32_t number = 0;
  friend bool operator==(const SignalCommand&, const SignalCommand&) = default;
};

struct OutputStored {
  std::uint64_t position = 0;
  friend bool operator==(const OutputStored&, const OutputStored&) = default;
};

// The CommandEnded is stored: the entry process ends.
struct ExitStored {
  friend bool operator==(const ExitStored&, const ExitStored&) = default;
};

// Nothing is going to be started: end with this code. Of no effect once a command has begun.
struct Dismiss {
  std::uint32_t code = 0;
  std::string message;  // for the entry's standard error; "": none
  friend bool operator==(const Dismiss&, const Dismiss&) = default;
};

struct CommandStarted {
  std::uint32_t pid = 0;
  Instant at;
  friend bool operator==(const CommandStarted&, const CommandStarted&) = default;
};

// Some of the output. `position` is that of its first byte: both streams are counted together, in the order in which
// the entry process read them.
struct Output {
  enum class Stream : std::uint8_t { kStdout = 0, kStderr = 1 };
  std::uint64_t position = 0;
  Stream stream = Stream::kStdout;
  Instant at;
  std::string_view bytes;  // decoded: into the payload
  friend bool operator==(const Output&, const Output&) = default;
};

// Sent after all output, and again on each connection until ExitStored.
struct CommandEnded {
  enum class How : std::uint8_t { kExited = 0, kSignaled = 1, kNotStarted = 2 };
  How how = How::kExited;
  std::uint32_t code = 0;  // the exit code or the signal's number; not started: as shells tell it
  std::string message;     // why it was not started
  bool shortage = false;   // it was not started for want of something that another time may be there
  Instant at;
  Micros ran{};
  Bytes max_memory;
  Micros cpu{};
  std::uint64_t produced = 0;
  friend bool operator==(const CommandEnded&, const CommandEnded&) = default;
};

// From the `sennit` command inside the task, first on a connection of its own: what was typed, and where.
struct Request {
  std::vector<std::string> words;
  std::string directory;
  friend bool operator==(const Request&, const Request&) = default;
};

// Any number with text for one of the two streams, then one kEnd with the exit code.
struct Answer {
  enum class Part : std::uint8_t { kStdout = 0, kStderr = 1, kEnd = 2 };
  Part part = Part::kStdout;
  std::string text;
  std::uint32_t code = 0;
  friend bool operator==(const Answer&, const Answer&) = default;
};

// Agent to ctrl, first on a connection of its own: a channel into the task (wire/channel_messages).
struct WantChannel {
  friend bool operator==(const WantChannel&, const WantChannel&) = default;
};

// Ctrl to user: connect once more, and say JoinChannel with this number: the rest of that connection is a channel.
struct DialChannel {
  std::uint64_t key = 0;
  friend bool operator==(const DialChannel&, const DialChannel&) = default;
};

// A frame type that this release does not know: ignored, so that a newer peer may say more.
struct UnknownFrame {
  FrameType type = 0;
  friend bool operator==(const UnknownFrame&, const UnknownFrame&) = default;
};

using UserMessage =
    std::variant<UnknownFrame, UserInfo, Resume, StartCommand, SignalCommand, OutputStored, ExitStored, Dismiss,
                 CommandStarted, Output, CommandEnded, Request, Answer, WantChannel, DialChannel>;

// The numbers of the frames. 128..191 go to the user, 192..255 come from it.
inline constexpr FrameType kResumeFrame = 128;
inline constexpr FrameType kStartCommandFrame = 129;
inline constexpr FrameType kSignalCommandFrame = 130;
inline constexpr FrameType kOutputStoredFrame = 131;
inline constexpr FrameType kExitStoredFrame = 132;
inline constexpr FrameType kDismissFrame = 133;
inline constexpr FrameType kAnswerFrame = 134;
inline constexpr FrameType kDialChannelFrame = 135;
inline constexpr FrameType kUserInfoFrame = 192;
inline constexpr FrameType kCommandStartedFrame = 193;
inline constexpr FrameType kOutputFrame = 194;
inline constexpr FrameType kCommandEndedFrame = 195;
inline constexpr FrameType kRequestFrame = 196;
inline constexpr FrameType kWantChannelFrame = 197;

// What ctrl takes from the user's side, where a task may say what it likes.
inline constexpr Bytes kMaxUserFrame = mebibytes(1);
// What a user puts into one Output.
inline constexpr std::size_t kOutputBytes = 64 * 1024;

// Where the two meet, unless they are told otherwise.
inline constexpr std::string_view kUserSocket = "/osmo/data/socket/data.sock";

// Appends the message's payload to `out` and returns its frame type. UnknownFrame has no encoding (type 0, nothing
// appended).
FrameType encode(const UserMessage& message, std::string& out);

// kCorrupt if the payload is not what its type says. Views in the message are into `payload`.
Result<UserMessage> decode_user_message(FrameType type, std::string_view payload);

}  // namespace sennit::wire
