// Moving data between directories of this host and storages: list, fetch, send, remove, check.
//
//   Storage --starts--> Job --tells--> Watcher (how far it is), and at its end a function with the result
//
// Only what differs is moved: an object of the same size and checksum is left as it is, so that repeating a transfer
// that broke off goes on where it was. Checksums are verified after each file where the storage has them.
//
// Threads:   the loop's, which must be the main thread.
// Ownership: destroying a Job kills it and calls nothing; a Storage outlives its jobs, a Watcher the job it watches.
//            A Job may be destroyed in its own last call.
// Errors:    starting fails with kNotFound (no rclone, no credential) or kInvalid; what comes later is the job's
//            result, as storage/failure.h explains it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "loop/callback.h"
#include "storage/credential.h"
#include "storage/listing.h"
#include "storage/local_tree.h"
#include "storage/location.h"
#include "storage/pattern.h"

namespace sennit::storage {

struct RetryPolicy {
  int attempts = 5;
  Micros first_pause = std::chrono::seconds(1);  // doubled for each that follows
  Micros longest_pause = std::chrono::seconds(15);
};

struct Progress {
  std::uint64_t bytes = 0;        // moved
  std::uint64_t total_bytes = 0;  // to be moved, as far as it is known by now
  std::uint64_t files = 0;        // done: moved or found to be there
  std::uint64_t total_files = 0;
  double rate = 0;  // bytes a second
  std::optional<double> eta_s;
};

// A new attempt is about to be made.
struct Retry {
  int attempt = 0;
  int attempts = 0;
  Micros pause{};
  std::string reason;
};

class Watcher {
 public:
  virtual ~Watcher() = default;
  virtual void on_progress(const Progress& progress) = 0;  // about twice a second
  virtual void on_retry(const Retry& retry) = 0;
};

// What a transfer came to.
struct Moved {
  std::uint64_t files = 0;      // moved
  std::uint64_t bytes = 0;      // theirs
  std::uint64_t unchanged = 0;  // files that were there already
};

class Job {
 public:
  virtual ~Job() = default;
  // Ends it as soon as may be; its result is then kCancelled.
  virtual void cancel() = 0;
};

struct Target {
  Location location;
  CredentialFound credential;
};

// How hard to try.
struct Effort {
  std::uint32_t processors = 0;      // 0: all of them
  std::uint32_t parallel_files = 0;  // 0: 16
  std::string rate_limit;            // bytes a second as rclone writes it, "10M"; "": none
  RetryPolicy retries;
};

struct ListRequest {
  Target target;
  enum class Depth : std::uint8_t { kOneLevel, kAll } depth = Depth::kAll;
  enum class Times : std::uint8_t { kLeftOut, kShown } times = Times::kLeftOut;  // times may cost a request an object
  Pattern pattern;                                                               // of paths below the prefix
};

struct FetchRequest {
  Target target;
  std::string directory;  // exists, absolute
  Pattern pattern;
  // If given: these objects below the prefix, with no look at what else there is. One that is not there is left out.
  std::optional<std::vector<std::string>> names = std::nullopt;
};

struct SendRequest {
  Target target;
  SendPlan plan;
  // Followed: the plan's directories are the caller's own, and hold links to the files that are sent.
  enum class Links : std::uint8_t { kNever, kFollowed } links = Links::kNever;
};

struct RemoveRequest {
  Target target;
  Pattern pattern;
  std::optional<std::vector<std::string>> names = std::nullopt;  // if given: these objects below the prefix
};

enum class Access : std::uint8_t { kRead, kWrite, kDelete };

using Listed = loop::Callback<void(Result<std::vector<Entry>>)>;
using Transferred = loop::Callback<void(Result<Moved>)>;
using Checked = loop::Callback<void(Result<void>)>;
using Started = Result<std::unique_ptr<Job>>;

class Storage {
 public:
  virtual ~Storage() = default;

  // In the order of the storage, which for objects is that of their names.
  virtual Started list(ListRequest request, const Effort& effort, Listed done) = 0;
  // A URL that names one object gives its last name. Fails with kInvalid, before anything is moved, if an object has a
  // name that cannot be a file's, or one that leads out of the directory.
  virtual Started fetch(FetchRequest request, const Effort& effort, Watcher& watcher, Transferred done) = 0;
  virtual Started send(SendRequest request, const Effort& effort, Watcher& watcher, Transferred done) = 0;
  // `files` of the result counts what was removed. Nothing to remove is not an error.
  virtual Started remove(RemoveRequest request, const Effort& effort, Transferred done) = 0;
  // Whether the credential opens the prefix for this. Writing is tried with an empty object of its own, which is
  // removed again; so what may write but not remove leaves that object behind.
  virtual Started check(Target target, Access access, const Effort& effort, Checked done) = 0;
};

}  // namespace sennit::storage
