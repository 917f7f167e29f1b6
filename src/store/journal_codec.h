// Events as bytes: one record per event, records in blobs, one blob per workflow and commit.
//
// Records hold outcomes, so a later release with other rules replays them to the same state. The version rule is that
// of base/fields.h (tags are never reused, unknown ones are skipped); an event *kind* that this release does not know
// is kCorrupt, because leaving out what happened would replay to a wrong state. docs/formats/journal.md has the table,
// and tests/golden/journal_v1.txt the bytes that every later release must still read.
//
// Threads: pure functions, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/event.h"

namespace sennit::store {

// The first byte of a blob. A later release that cannot be read by this one would write another.
inline constexpr std::uint64_t kJournalVersion = 1;

// Appends one event's record, without a length.
void encode(const Event& event, std::string& out);
// kCorrupt: not a record, an unknown kind, or a value out of its range.
Result<Event> decode_event(std::string_view bytes);

// Appends an event to a blob; the first one also writes the version.
void append_to_blob(const Event& event, std::string& blob);

// Reads a blob's events in order.
class BlobReader {
 public:
  // kCorrupt: a version that this release does not know.
  static Result<BlobReader> open(std::string_view blob);

  bool at_end() const { return rest_.empty(); }
  // Passes over an event without decoding it. kCorrupt: the blob is cut short.
  Result<void> skip();
  Result<Event> next();

 private:
  explicit BlobReader(std::string_view rest) : rest_(rest) {}
  Result<std::string_view> take_record();
  std::string_view rest_;
};

}  // namespace sennit::store
