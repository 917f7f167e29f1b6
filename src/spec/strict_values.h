// Numbers and times as jobs files and config.yaml write them. Stricter than values.h, which takes what OSMO takes: true
// is no number here, and no time is negative.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/instant.h"
#include "spec/reporter.h"
#include "spec/yaml/node.h"

namespace sennit::spec {

// A whole number in a range; nothing, after a diagnostic, if it is none.
std::optional<std::int64_t> read_count(Reporter& reporter, const Node& value, std::string_view what, std::int64_t least,
                                       std::int64_t most);

// Seconds, also in quotes, or a text such as 2h or 1h30m; nothing, after a diagnostic, if it is neither or negative.
std::optional<Micros> read_span(Reporter& reporter, const Node& value, std::string_view what);

// The same for a text: "90", "1.5", "2h", "1h30m", "PT1H30M". Nothing for one that is no time, or is negative.
std::optional<Micros> parse_span(std::string_view text);

// One of some words, `off` among them if that is one: its position; nothing, after a diagnostic, if it is none of them.
std::optional<std::size_t> read_word(Reporter& reporter, const Node& value, std::string_view what,
                                     std::span<const std::string_view> words);

// A price: a number that is not negative; nothing, after a diagnostic, if it is none.
std::optional<double> read_price(Reporter& reporter, const Node& value, std::string_view what);

}  // namespace sennit::spec
