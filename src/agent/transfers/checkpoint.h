// A directory (or file) that is sent to a URL again and again while the command runs, and once more at its end.
//
// The time between two uploads begins when the first one has ended, so that a slow storage is not asked for two at
// once. One that fails is told in the log and made up for by the next; only the last one's failure is the task's.
//
// Threads: the loop's. Ownership: as UrlItem.
#pragma once

#include "agent/transfers/url_items.h"
#include "loop/timer.h"

namespace sennit::agent {

class Checkpoint final : public UrlOutput, private TransferItem::Sink {
 public:
  // `frequency` 0 or less: only at the end.
  Checkpoint(Setup setup, UploadSource source, Micros frequency)
      : UrlOutput(setup, std::move(source)), frequency_(frequency), timer_(setup.loop) {}

  // The command runs. `lines` gets what is to be said, until carry() or stop().
  using Lines = std::function<void(std::string_view line)>;
  void start(Lines lines);
  // The command has ended and nothing more is to be sent.
  void stop();

  // The last one, after the one that is under way.
  void carry(TransferItem::Sink& sink) override;
  void cancel() override;

 private:
  enum class State : std::uint8_t { kIdle, kWaiting, kSending };

  void wait();
  void send();
  void on_item_line(std::string_view line) override { lines_(line); }
  void on_item_progress(const storage::Progress& /*nobody asks*/) override {}
  void on_item_done(Result<void> result) override;

  Micros frequency_;
  loop::Timer timer_;
  Lines lines_;
  State state_ = State::kIdle;
  bool given_up_ = false;
  bool on_ = false;                     // the command runs
  TransferItem::Sink* last_ = nullptr;  // whose turn it is when this one has ended
};

}  // namespace sennit::agent
