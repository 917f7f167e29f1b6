// Single values of a spec: text, switches, numbers, durations, quantities, with the coercions that both parents have.
//
// Each function reads one node; on a wrong one it reports and returns nothing. `what` names the value in messages:
// "'cpu'", "an item of 'args'".
//
// Threads:   one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/instant.h"
#include "spec/reporter.h"
#include "spec/yaml/node.h"

namespace sennit::spec {

// More processors or GPUs are a slip of the pen.
inline constexpr std::int64_t kMostDevices = 1'000'000;

enum class Accept : std::uint8_t {
  kText,      // text only
  kNumbers,   // numbers become text as Python prints them: 1.50 is "1.5"
  kScalars,   // and true is "True"
  kVerbatim,  // numbers and switches become text as they stand in the file: 1.50 is "1.50", yes is "yes"
};

// Also refuses a zero byte, since programs take it for the text's end.
bool read_text(Reporter& reporter, const Node& node, std::string_view what, Accept accept, std::string& out);
// The list may be empty. Items that are wrong are reported and left out.
bool read_text_list(Reporter& reporter, const Node& node, std::string_view what, Accept accept,
                    std::vector<std::string>& out);

// true, false, 0, 1, and the words yes, no, on, off, y, n, t, f in quotes.
std::optional<bool> read_switch(Reporter& reporter, const Node& node, std::string_view what);

// A whole number: 4, 4.0, "4", true (1).
std::optional<std::int64_t> read_whole(Reporter& reporter, const Node& node, std::string_view what);
// As above, between the bounds.
std::optional<std::int64_t> read_whole(Reporter& reporter, const Node& node, std::string_view what, std::int64_t least,
                                       std::int64_t most);

// Seconds as a number, "90m", "1500ms", or ISO 8601 ("PT1H30M"). May be negative.
std::optional<Micros> read_duration(Reporter& reporter, const Node& node, std::string_view what);
std::optional<Micros> parse_duration(std::string_view text);

// Whether the key can be the name of an environment variable; complains if not.
bool check_variable_name(Reporter& reporter, const Node& key, std::string_view name);

// "4Gi", "1.5G" (binary as well), "512Mi", or bytes as a number. read_quantity takes up to 1 EiB, parse_quantity cuts
// at 2^63 bytes.
std::optional<Bytes> read_quantity(Reporter& reporter, const Node& node, std::string_view what);
std::optional<Bytes> parse_quantity(std::string_view text);

// Compiles as a regular expression. "" is one.
bool read_regex(Reporter& reporter, const Node& node, std::string_view what, std::string& out);

// A warning about a number that is not written as people read it: 010 is 8, 1:30 is 90.
void warn_of_odd_number(Reporter& reporter, const Node& node, std::string_view what);
// A warning about a text that is not what stands in the file: yes became "True", 3.10 became "3.1".
void warn_if_read_otherwise(Reporter& reporter, const Node& node, std::string_view what, std::string_view text);

void report_wrong_type(Reporter& reporter, const Node& node, std::string_view what, std::string_view wanted,
                       std::string expected = {});
// Complains if `node` is not a list.
bool expect_list(Reporter& reporter, const Node& node, std::string_view what);

}  // namespace sennit::spec
