// Where a follower's words go: lines that stay, and on a terminal a block below them that is drawn again in place.
//
// The block is drawn at most ten times a second, and only where something has changed; lines that come in between wait
// for that. Who follows in the background of a shell has lines only. Without a block there is a line now and then where
// there has been nothing to say for long: systems that run such programs end those that seem to hang.
//
// Threads:   the main thread; it works while its user waits for the server (http::Aside).
// Ownership: borrows the session and what it shows.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "cli/follow/block.h"
#include "cli/follow/job_signals.h"
#include "cli/follow/pinned.h"
#include "cli/session.h"
#include "http/client.h"

namespace sennit::cli {

class Displayed {
 public:
  virtual ~Displayed() = default;
  virtual std::vector<BlockLine> block(const BlockLook& look) const = 0;
  // Takes in what one of the watched descriptors has to say.
  virtual void catch_up() = 0;
  // What is said after a long silence, without its end.
  virtual std::string standing() const = 0;
};

// stderr is a terminal that can move its cursor, a person looks at it, and wants to be told.
bool can_draw_block(Session& session);

class Display final : public http::Aside {
 public:
  enum class Below : std::uint8_t { kNothing, kBlock };

  // Fails: kExhausted (no descriptors left).
  static Result<std::unique_ptr<Display>> open(Session& session, Displayed& displayed, Below below);
  ~Display() override;
  Display(const Display&) = delete;
  Display& operator=(const Display&) = delete;

  // Whole lines; the end of the last one may be missing.
  void print(std::string_view lines);
  // What is displayed has changed.
  void changed();
  // Readable: the displayed has something to catch up with. Until it is closed.
  Result<void> watch(int fd);
  // Takes the block away for good: what follows are lines.
  void close();
  // Lets others write to the terminal meanwhile.
  template <class Words>
  void without_block(const Words& words) {
    show({});
    words();
    changed();
  }

  int fd() const override { return epoll_.get(); }
  void act() override;

 private:
  using Clock = std::chrono::steady_clock;

  Display(Session& session, Displayed& displayed, UniqueFd epoll, UniqueFd timer, std::optional<JobSignals> signals);
  bool is_in_background() const;
  ScreenSize size() const;
  void take_signals();
  void break_silence();
  void draw();
  void draw_when_due();
  void show(std::vector<BlockLine> lines);
  void arm(Clock::time_point due);

  Session& session_;
  Displayed& displayed_;
  UniqueFd epoll_;
  UniqueFd timer_;
  std::optional<JobSignals> signals_;  // none: there is no block
  PinnedLines pinned_;
  std::string above_;  // waits to be written above the block
  Clock::time_point last_drawn_{};
  Clock::time_point last_said_ = Clock::now();
};

}  // namespace sennit::cli
