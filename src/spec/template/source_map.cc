#include "spec/template/source_map.h"

#include <algorithm>

namespace sennit::spec::tmpl {

void SourceMap::add_text(std::size_t output, std::size_t source) {
  if (!segments_.empty()) {
    const Segment& last = segments_.back();
    if (last.computed == 0 && output - last.output == source - last.source) return;
    if (last.output == output) segments_.pop_back();
  }
  segments_.push_back({static_cast<std::uint32_t>(output), 0, static_cast<std::uint32_t>(source) & 0x7fffffffU});
}

void SourceMap::add_computed(std::size_t output, std::size_t source) {
  if (!segments_.empty()) {
    const Segment& last = segments_.back();
    if (last.computed == 1 && last.source == source) return;
    if (last.output == output) segments_.pop_back();
  }
  segments_.push_back({static_cast<std::uint32_t>(output), 1, static_cast<std::uint32_t>(source) & 0x7fffffffU});
}

std::size_t SourceMap::source_of(std::size_t output) const {
  auto after = std::upper_bound(segments_.begin(), segments_.end(), output,
                                [](std::size_t offset, const Segment& segment) { return offset < segment.output; });
  if (after == segments_.begin()) return 0;
  const Segment& segment = *--after;
  if (segment.computed == 1) return segment.source;
  return segment.source + (output - segment.output);
}

}  // namespace sennit::spec::tmpl
