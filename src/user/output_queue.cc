#include "user/output_queue.h"

#include <utility>

namespace sennit::user {

void OutputQueue::add(wire::Output::Stream stream, Instant at, std::string_view bytes) {
  if (bytes.empty()) return;
  cost_ += bytes.size();
  if (!is_all_sent()) {
    Chunk& last = chunks_.back();
    const bool same = last.stream == stream && at >= last.at && at - last.at < kSameMoment;
    if (same && last.bytes.size() + bytes.size() <= wire::kOutputBytes) {
      last.bytes.append(bytes);
      produced_ += bytes.size();
      return;
    }
  }
  cost_ += kChunkCost;
  chunks_.push_back({.position = produced_, .stream = stream, .at = at, .bytes = std::string(bytes)});
  produced_ += bytes.size();
}

std::optional<wire::Output> OutputQueue::take_unsent() {
  if (is_all_sent()) return std::nullopt;
  const Chunk& chunk = chunks_[sent_++];
  return wire::Output{.position = chunk.position, .stream = chunk.stream, .at = chunk.at, .bytes = chunk.bytes};
}

void OutputQueue::stored(std::uint64_t position) {
  while (!chunks_.empty()) {
    Chunk& first = chunks_.front();
    if (first.position >= position) return;
    const std::uint64_t before = position - first.position;
    if (before < first.bytes.size()) {
      // Ctrl ended in the middle of it.
      cost_ -= before;
      first.bytes.erase(0, before);
      first.position = position;
      return;
    }
    cost_ -= first.bytes.size() + kChunkCost;
    chunks_.pop_front();
    if (sent_ > 0) --sent_;
  }
}

}  // namespace sennit::user
