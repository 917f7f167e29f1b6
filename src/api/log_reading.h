// The logs that a client asked for as one text, taken in pieces: one after the other or merged by time, and then what
// is written while the client follows.
//
// Threads:   one at a time, any: reads files, so it is mostly a worker.
// Ownership: values; knows no server. Who follows tells it what begins, grows and ends.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include "api/log_query.h"
#include "api/log_source.h"
#include "model/workflow.h"

namespace sennit::api {

class LogReading {
 public:
  // `runs_dir` is the workflow's own.
  LogReading(std::shared_ptr<const Workflow> spec, std::string runs_dir, LogQuery query);

  struct Attempt {
    TaskIndex task;
    std::uint32_t number = 0;
    friend auto operator<=>(const Attempt&, const Attempt&) = default;
  };
  enum class Phase : std::uint8_t { kGoesOn, kOver };

  // Before anything is taken: those that are there, in the order of their tasks.
  void list(Attempt attempt, Phase phase);

  // Of one that is not known: it has begun.
  void begin(Attempt attempt);
  void grow(Attempt attempt);
  void end(Attempt attempt);

  struct Piece {
    std::string text;
    bool more = false;  // there is more to take now
  };
  Piece take();

  // Nothing goes on, and all was taken.
  bool is_over() const { return next_ == listed_.size() && !current_ && merge_.empty() && live_.empty(); }
  // Whether take() would do something.
  bool has_work() const;

  // May be called from another thread: a long search ends without result.
  void stop() { stop_->store(true, std::memory_order_relaxed); }

 private:
  struct Listed {
    Attempt attempt;
    Phase phase = Phase::kOver;
    friend bool operator<(const Listed& a, const Listed& b) { return a.attempt < b.attempt; }
  };
  struct Line {
    Instant at;
    std::string text;
    LogPlace behind;
  };
  struct Reader {
    Attempt attempt;
    LogSource source;
    bool dirty = true;             // it may have grown
    bool over = false;             // the attempt has ended: nothing more will come
    bool told = false;             // where it begins was told
    std::vector<Line> lines = {};  // read ahead, in a merge
    std::size_t taken = 0;         // of these
  };
  // Whose turn it is in a merge: the earliest, and of these the first in order.
  struct Turn {
    Instant at;
    std::size_t order = 0;  // in listed_
    friend bool operator>(const Turn& a, const Turn& b) { return a.at != b.at ? a.at > b.at : a.order > b.order; }
  };

  Reader reader_of(Attempt attempt) const;
  Listed* find_to_come(Attempt attempt);
  Reader* find_live(Attempt attempt);
  void tell_done(std::string& out, Attempt attempt) const;
  void tell_place(std::string& out, Reader& reader) const;
  void append(std::string& out, const Reader& reader, std::string_view text, const LogPlace& place) const;
  LogSource::State take_some(std::string& out, Reader& reader) const;
  bool take_listed(std::string& out);
  void take_live(std::string& out);
  void take_turn();
  bool take_merged(std::string& out);
  bool read_ahead(std::string& out, Reader& reader) const;
  void end_merging(std::string& out, std::size_t order);

  std::shared_ptr<const Workflow> spec_;  // shared with the engine, which may be rid of the workflow
  std::string runs_dir_;
  LogQuery query_;
  std::shared_ptr<std::atomic<bool>> stop_ = std::make_shared<std::atomic<bool>>(false);  // shared with sources
  std::vector<Listed> listed_;                                                            // sorted
  std::size_t next_ = 0;                                                                  // whose turn it is
  std::optional<Reader> current_;
  std::priority_queue<Turn, std::vector<Turn>, std::greater<>> merge_;
  std::map<std::size_t, Reader> merging_;  // those that are open, by their place in listed_
  std::list<Reader> live_;
};

}  // namespace sennit::api
