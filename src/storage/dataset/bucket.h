// Where datasets lie, as what the work on them needs of it: named objects that appear whole or not at all, a way for
// two to agree on who takes a number, and one to keep removing apart from sending.
//
//   FileBucket: a directory, without a program between. RemoteBucket: any storage, by jobs of storage/storage.h.
//
// Names are below the bucket, with slashes ("data/digits/objects/ab/ab12..."), and of our own making.
//
// Threads:   a thread that may block, one at a time.
// Ownership: outlives what it hands out.
// Errors:    as the storage's; kCancelled once the meter says so.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "storage/dataset/digest.h"
#include "storage/dataset/meter.h"

namespace sennit::storage {

struct StoredObject {
  std::string name;  // below the prefix that was listed
  std::uint64_t size = 0;
};

// A file to be sent as an object, open, so that nobody puts another in its place.
struct Outgoing {
  int fd = -1;
  std::string name;
  Digest digest{};
  std::uint64_t size = 0;
};

// An object to be fetched as a file of its name (below the prefix) in a directory.
struct Incoming {
  std::string name;
  Digest digest{};
  std::uint64_t size = 0;
};

// Kept while objects are sent or removed; ends with its destruction, or with the process.
class Hold {
 public:
  virtual ~Hold() = default;
  // Whether what it was taken for can still be relied on. Fails: kConflict (it lasted too long).
  virtual Result<void> is_good() const = 0;
};

class Bucket {
 public:
  virtual ~Bucket() = default;

  // As a person writes it: "file:///srv/data", "s3://bucket/path".
  virtual std::string text() const = 0;
  // Those below a prefix that ends with a slash, in the order of their names. None is not an error.
  virtual Result<std::vector<StoredObject>> list(const std::string& prefix) = 0;
  // The contents of small objects; those that are not there are left out.
  virtual Result<std::map<std::string, std::string>> read(const std::vector<std::string>& names) = 0;
  // Makes or replaces a small object, in one moment.
  virtual Result<void> write(const std::string& name, std::string_view contents) = 0;
  // Takes the next number of a row (a prefix that ends with a slash). No other call gets the same one, ever, by whoever
  // it is made; some may be left out.
  virtual Result<std::uint32_t> take_number(const std::string& row) = 0;
  // Which of the objects are missing below the prefix, or have another size: their places in the list.
  virtual Result<std::vector<std::size_t>> missing(const std::string& prefix,
                                                   std::span<const StoredObject> objects) = 0;
  // Fails with kConflict if a file is found to have changed since it was hashed.
  virtual Result<void> send(std::span<const Outgoing> files, Meter& meter) = 0;
  // What lies in the directory already with its size may be taken for fetched. The contents are not verified.
  virtual Result<void> fetch(const std::string& prefix, std::span<const Incoming> objects, const std::string& directory,
                             Meter& meter) = 0;
  virtual Result<void> remove(const std::string& prefix, std::span<const std::string> names) = 0;
  // Waits while objects of the dataset are being removed.
  virtual Result<std::unique_ptr<Hold>> hold_to_send(const std::string& dataset) = 0;
  // Nothing if somebody is sending: then no object may be removed.
  virtual Result<std::unique_ptr<Hold>> hold_to_remove(const std::string& dataset) = 0;
  // What was written survives a power failure from now on.
  virtual Result<void> flush() = 0;
  // A path under which this host has the object as a file; nothing if it has not.
  virtual std::optional<std::string> local_path(const std::string& name) const = 0;
};

}  // namespace sennit::storage
