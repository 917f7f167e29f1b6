// What stays and what goes, as the API says it. Plain structs, part of views.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"

namespace sennit::views {

// The rules of retention in force; null: there is no such rule.
struct RetentionView {
  std::optional<double> finished;          // seconds since a workflow's end
  std::optional<std::uint64_t> workflows;  // finished ones
  std::optional<std::uint64_t> size;       // bytes of disk, of all workflows
  std::optional<double> size_spares;       // seconds since a workflow's end in which `size` does not count for it
  friend bool operator==(const RetentionView&, const RetentionView&) = default;
};

struct GcRequest {
  bool dry_run = false;
  friend bool operator==(const GcRequest&, const GcRequest&) = default;
};

// A workflow that goes.
struct RemovedView {
  std::string name;
  std::string why;  // age, count, size, or interrupted: an earlier removal was
  Instant end_time;
  std::uint64_t size = 0;  // bytes
  std::string error;       // "": it is gone, or would be
  friend bool operator==(const RemovedView&, const RemovedView&) = default;
};

// A workflow that no rule can give up.
struct KeptView {
  std::string name;
  std::string why;                     // live, pinned, needed, or entering: a workflow that comes in right now reads it
  std::vector<std::string> needed_by;  // those that read its outputs
  std::uint64_t size = 0;
  friend bool operator==(const KeptView&, const KeptView&) = default;
};

struct GcReply {
  bool dry_run = false;
  RetentionView rules;
  std::vector<RemovedView> removed;  // in the order in which they go
  std::uint64_t freed = 0;           // bytes, of those that are gone or would be
  std::vector<KeptView> kept;
  std::uint64_t others = 0;  // finished workflows that stay because no rule gives them up
  std::uint64_t others_size = 0;
  std::uint64_t size = 0;  // of all that stays
  friend bool operator==(const GcReply&, const GcReply&) = default;
};

struct PinRequest {
  bool pinned = true;
  friend bool operator==(const PinRequest&, const PinRequest&) = default;
};

struct PinReply {
  std::string name;
  bool pinned = false;
  bool changed = false;
  friend bool operator==(const PinReply&, const PinReply&) = default;
};

struct DeleteReply {
  std::string name;
  std::uint64_t size = 0;  // bytes that are free now
  friend bool operator==(const DeleteReply&, const DeleteReply&) = default;
};

}  // namespace sennit::views
