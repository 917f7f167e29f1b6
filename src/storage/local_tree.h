// What there is to send: the files below some paths of this host, found without following a link.
//
// A path is sent under its last name: `models` becomes models/...; the contents of a directory alone are `models/*` or
// `models/.`. Links, devices, pipes and sockets in a tree are left out, each with a notice: a link may lead anywhere,
// and what it leads to is either in the tree or was not meant to be sent. A path that is itself a link is refused, so
// that nobody sends an empty directory unknowingly.
//
// Threads:   any; blocking (some 3 us a file).
// Ownership: the plan holds its directories open: a directory that is replaced meanwhile (by a link, say) changes
//            nothing about what is sent.
// Errors:    kNotFound, kIo; kInvalid for names that cannot be sent (storage/object_name.h), all of them counted.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "storage/pattern.h"

namespace sennit::storage {

// Files of one directory.
struct SendPart {
  UniqueFd directory;
  std::string path;                // the directory's, for messages
  std::vector<std::string> names;  // below it, and below the prefix that they are sent to
};

struct SendPlan {
  std::vector<SendPart> parts;
  std::vector<std::string> notices;  // what is left out, and why; the first few
  std::uint64_t left_out = 0;        // all of it
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};

// Which names are refused: those that no object could have (what names objects otherwise takes any).
enum class SendNames : std::uint8_t { kOfObjects, kAny };

// `pattern` is matched with the names below the prefix.
Result<SendPlan> plan_send(std::span<const std::string> paths, const Pattern& pattern,
                           SendNames names = SendNames::kOfObjects);

// The same for one path below a directory that is open already, called `shown` in messages; no link on the way to it is
// followed either, and nothing outside is reached.
Result<SendPlan> plan_send_below(const UniqueFd& root, const std::string& shown, const std::string& path,
                                 const Pattern& pattern, SendNames names = SendNames::kOfObjects);

}  // namespace sennit::storage
