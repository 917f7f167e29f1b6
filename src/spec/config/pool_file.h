// A pool described in a file of its own, for `--pool FILE`: what a file means on a pool that this machine does not
// have.
//
// Threads: pure, apart from the file that the caller has read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "spec/config/config.h"

namespace sennit::spec {

// Whether `--pool` names a file: it has a '/' in it, or ends in .yaml, .yml or .json, and no pool has that name.
bool is_pool_file(std::string_view pool, const Config& config);

struct PoolFile {
  std::string name;
  PoolConfig pool;
  std::vector<Diagnostic> diagnostics;
  bool ok() const;  // no error among the diagnostics
};

// `text` is as config.yaml, of which only `pools` and `default_pool` count. The pool is the one that `default_pool`
// names, else the only one.
PoolFile read_pool_file(const std::string& path, const std::string& text);

}  // namespace sennit::spec
