// What the pump keeps of an attempt whose output it carries (agent/log_pump.h).
//
// Threads: guarded by the pump's lock; what the pump's thread works on outside of it is marked busy.
// Ownership: owns pipes, log and progress.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "agent/log_pump.h"
#include "agent/progress_keeper.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "logs/log_writer.h"
#include "logs/secret_mask.h"

namespace sennit::agent {

struct Pipe {
  // Closed after the read end: the other way round, the thread would be woken by the hang-up.
  UniqueFd write_end;
  UniqueFd read_end;
  bool large = false;
};

// What of an attempt the pump is to do; kFinishing and later are not left again.
enum class CapturePhase : std::uint8_t { kRunning, kLetGo, kFinishing };

struct Captured {
  CapturePlace place;
  std::array<Pipe, 2> pipes;                                // by logs::Stream
  std::array<std::optional<logs::MaskedStream>, 2> masked;  // likewise; there if there is a mask
  std::optional<logs::LogWriter> writer;
  std::unique_ptr<ProgressKeeper> progress;  // since the first byte, here or in its file
  bool tells = false;                        // it has such a file
  bool unsettled = false;                    // it is in the list of those
  CapturePhase phase = CapturePhase::kRunning;
  bool busy = false;         // the pump's thread works on it, outside the lock
  std::string notes = {};    // lines of ours that are not in the log yet
  bool notes_first = false;  // they were said before what is in the pipes was written
  LogReader reader = LogReader::kNone;
  bool grew_told = false;  // a call to the sink is on its way
  int progress_told = 0;   // so many calls are; the end of the capture must not overtake them
};

logs::LogPlaces places_of(const CapturePlace& place);

// Bytes in the pipe.
std::size_t unread(const Pipe& pipe);

// Nothing is left to carry, and nothing that was carried was lost.
bool is_complete(const Captured& captured);

// Fails: kExhausted.
Result<Pipe> make_pipe();

}  // namespace sennit::agent
