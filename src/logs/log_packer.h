// Packs a log that is complete: compressed in blocks that stand alone, with what is needed to find lines, times and
// words in it without reading it (docs/formats/log.md).
//
// Threads:   any.
// Errors:    kIo, kExhausted (a full disk); kCancelled. What was written until then is nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"

namespace sennit::logs {

struct PackOptions {
  std::uint32_t block_bytes =
      1024 * 1024;                         // of text, at most; a block ends at a newline if one lies in its second half
  std::uint32_t group_blocks = 128;        // whose filters lie together, a multiple of 8
  std::uint32_t filter_bits = 128 * 1024;  // of a block, a power of two
  std::uint32_t least_filtered = 8;        // groups of fewer blocks are as quickly read as looked up
};

// Writes the packed form of the log to `out`, from its beginning. `go_on` is asked between blocks.
Result<void> pack_log(int log, int index, int out, const PackOptions& options, const std::function<bool()>& go_on);

// Puts the packed log in the place of the raw one: written without a name, flushed, given its name, and then the raw
// one goes. A crash at any moment leaves a log that is whole; at worst both are there, and the raw one counts. The
// bytes of disk that this has freed; 0 if the raw one is not there (any more), or a packed one is.
struct PackedPlaces {
  std::string log;
  std::string index;
  std::string packed;
};
Result<std::uint64_t> replace_by_packed(const PackedPlaces& places, const PackOptions& options,
                                        const std::function<bool()>& go_on);

}  // namespace sennit::logs
