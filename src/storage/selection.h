// The objects of a prefix that a pattern chooses: what fetching and removing begin with. Internal to the room.
//
// Threads: the loop's. Ownership: `done` may destroy it.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "storage/attempts.h"
#include "storage/setup.h"
#include "storage/storage.h"

namespace sennit::storage {

struct Selection {
  std::vector<Entry> entries;
  bool is_all = true;             // the pattern left nothing out
  bool is_single_object = false;  // the URL names an object, not a prefix
};

class Selector final : public AttemptSink {
 public:
  using Done = loop::Callback<void(Result<Selection>)>;

  // `setup` must outlive it.
  Selector(const JobSetup& setup, ListRequest::Depth depth, ListRequest::Times times, Pattern pattern);
  void start(Done done);
  void stop();

 private:
  enum class Step : std::uint8_t { kListing, kAsking };

  void on_line(std::string_view line) override;
  void on_restart() override { selection_ = {}; }
  void on_finished(Result<TransferStats> result) override;
  // Whether the one object found may be what the URL names itself.
  bool may_be_single() const;
  void ask_what_it_is();

  const JobSetup& setup_;
  ListRequest::Depth depth_;
  ListRequest::Times times_;
  Pattern pattern_;
  Done done_;
  Step step_ = Step::kListing;
  Selection selection_;
  std::string described_;  // the answer about one object
  std::optional<Error> error_;
  std::unique_ptr<Attempts> attempts_;
};

}  // namespace sennit::storage
