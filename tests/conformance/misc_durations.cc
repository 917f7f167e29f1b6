#include <array>
#include <boost/json.hpp>
#include <cmath>

#include "misc_kinds.h"
#include "spec/duration_text.h"
#include "spec/values.h"
#include "vectors.h"

namespace json = boost::json;

namespace sennit::conformance {
namespace {

json::value seconds(const std::optional<Micros>& duration) {
  return duration ? json::value(static_cast<double>(duration->count()) / 1e6) : json::value(nullptr);
}

Answer parse(const json::object& input) {
  const std::optional<Micros> duration = spec::parse_duration(text_of(input, "value"));
  if (!duration) return std::nullopt;
  return result_of(seconds(duration));
}

Answer format(const json::object& input) {
  const Micros duration(std::llround(input.at("seconds").to_number<double>() * 1e6));
  const std::string stored = spec::compound_duration(duration);
  return json::object{{"stored", stored},
                      {"stored_parses_back_to", seconds(spec::parse_duration(stored))},
                      {"readable", spec::readable_duration(duration)},
                      {"short", spec::duration_in_seconds(duration)}};
}

constexpr auto kKinds = std::to_array<MiscKind>({{"parse", parse}, {"format", format}});

}  // namespace

std::span<const MiscKind> duration_kinds() { return kKinds; }

}  // namespace sennit::conformance
