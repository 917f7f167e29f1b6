// The exits that no server has acknowledged yet, on disk: each is written before it is reported, so that it is known
// even if agent and server die right after. docs/formats/spool.md has the layout.
//
// Written with write(2) and not flushed: that survives the death of every process, and after a power failure the
// attempt would be lost anyway. A full disk is met by room that is reserved in advance; beyond that an exit is kept in
// memory only.
//
// Threads: one. Errors: see open() and add().
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "model/fact.h"

namespace sennit::agent {

class ExitSpool {
 public:
  // Opens `<directory>/exits` (both are made if missing) and reads what is in it; a torn record at the end, left by a
  // crash of the machine, is dropped. Fails: kCorrupt (not our file, or of a later release; it is left untouched), kIo.
  static Result<ExitSpool> open(const std::string& directory);

  // Keeps the exit. An error says that it is kept in memory only.
  Result<void> add(const fact::AttemptExited& exit);

  // The exit is acknowledged. Unknown attempts are fine.
  void forget(const AttemptId& attempt);

  // Null if there is none.
  const fact::AttemptExited* find(const AttemptId& attempt) const;

  const std::map<AttemptId, fact::AttemptExited>& kept() const { return kept_; }

 private:
  ExitSpool(std::string path, UniqueFd file) : path_(std::move(path)), file_(std::move(file)) {}
  Result<void> load();
  Result<void> rewrite();
  void make_small();

  std::string path_;
  UniqueFd file_;
  std::uint64_t size_ = 0;
  std::map<AttemptId, fact::AttemptExited> kept_;
};

}  // namespace sennit::agent
