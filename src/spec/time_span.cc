#include "spec/time_span.h"

#include <fmt/format.h>

#include "spec/values.h"

namespace sennit::spec {

std::optional<Micros> read_span(Reporter& reporter, const Node& value, std::string_view what) {
  const std::optional<Micros> duration = read_duration(reporter, value, what);
  if (!duration || duration->count() >= 0) return duration;
  reporter.error(Code::kOutOfRange, value.at, fmt::format("{} is negative", what));
  return std::nullopt;
}

}  // namespace sennit::spec
