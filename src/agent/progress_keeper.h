// How far one attempt is by its own word: reads what it prints and what it writes to $SENNIT_PROGRESS, keeps the series
// on disk, and has the latest of each number for whoever asks.
//
// The directory and the file are made with the first number. What a task prints is looked at as far as there is time
// (progress/output_reader.h).
//
// Threads: any, one at a time; reads and writes files. Errors: none; what cannot be read or written is left out.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "logs/secret_mask.h"
#include "model/measures.h"
#include "progress/output_reader.h"
#include "progress/parsers.h"
#include "progress/series_file.h"
#include "progress/tracker.h"

namespace sennit::agent {

class ProgressKeeper {
 public:
  // How long after something new has come it is kept and told, with all that has come meanwhile.
  static constexpr Micros kPause = std::chrono::milliseconds(250);

  // `verb`: of a job; "": it has a command of its own. `series`: the file. `mask`: no name may have a secret in it;
  // null: there is none.
  ProgressKeeper(std::string_view verb, std::string series, std::shared_ptr<const logs::SecretMask> mask = {});
  ProgressKeeper(const ProgressKeeper&) = delete;
  ProgressKeeper& operator=(const ProgressKeeper&) = delete;

  // An earlier process may have kept something: goes on with it.
  void load();

  // `boot`: on the clock that never jumps.
  void take(std::size_t stream, std::string_view bytes, Instant now, Micros boot);
  // What has been added to the task's file since it was last read. `path` is the task's: anything may lie there.
  void read_told(const std::string& path, Instant now);

  // Of a file that somebody before us has read: only its end counts again.
  void pass_over_told(const std::string& path);

  // There is something to settle.
  bool has_news() const { return tracker_.has_news() || reader_.is_behind(); }
  // Nothing would come of end().
  bool is_settled() const { return !has_news() && !reader_.has_begun() && told_inode_ == 0; }
  // Keeps it. Returns whether the latest values have changed.
  bool settle(Instant now);
  // Nothing more comes.
  bool end(Instant now);
  std::vector<NamedValue> latest() const { return tracker_.latest(); }

 private:
  void take_line(std::string_view line);
  void take_told(std::string_view line, Instant now);
  bool has_secret(const progress::Readings& readings) const;

  progress::Kind kind_;
  std::shared_ptr<const logs::SecretMask> mask_;  // shared with the output
  progress::SeriesFile file_;
  progress::Tracker tracker_;
  Instant now_;
  std::string scratch_;
  progress::OutputReader reader_;
  progress::LineCutter told_;
  std::uint64_t told_bytes_ = 0;  // of the task's file
  std::uint64_t told_inode_ = 0;
  std::string told_end_;  // the last bytes read of it, by which one that is written anew is known
};

}  // namespace sennit::agent
