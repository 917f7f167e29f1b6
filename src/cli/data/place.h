// What the `data` commands have in common: where the data lies, what opens it, and how hard to try.
//
// Threads: the main thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "cli/arguments/declaration.h"
#include "cli/session.h"
#include "storage/storage.h"

namespace sennit::cli {

// The place that a URL names, with its credential. The one place where credentials are asked for.
Result<storage::Target> target_of(const std::string& url);

struct TransferOptions {
  std::optional<std::string> regex;
  std::optional<std::uint64_t> processes;
  std::optional<std::uint64_t> threads;
  std::optional<std::string> rate_limit;

  // -x, -p, -T and --limit-rate, for a command's declaration.
  std::vector<Option> declare();
  // Fails: kInvalid.
  Result<storage::Pattern> pattern() const;
  Result<storage::Effort> effort() const;
};

}  // namespace sennit::cli
