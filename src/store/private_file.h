// Small files that only their owner may read, written so that a reader sees all of one or nothing.
//
// Threads: any; blocking. Errors: those of the system, naming the file.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace sennit::store {

// Makes `path` with `contents` and mode 0600, complete and flushed to disk, unless it exists already: then it is left
// as it is and read. Two processes doing so at once end with the same contents.
Result<std::string> read_or_create(const std::string& path, std::string_view contents, Bytes limit);

// The contents. kNotFound, kIo; kExhausted if it is longer than `limit`.
Result<std::string> read_file(const std::string& path, Bytes limit);

// Flushes a directory's entries (a file made or renamed in it) to disk.
Result<void> flush_directory(const std::string& path);

// The directory that `path` lies in: "/a" of "/a/b".
std::string parent_of(const std::string& path);

}  // namespace sennit::store
