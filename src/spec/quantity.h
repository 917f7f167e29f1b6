// Amounts of memory, storage and processors as files, Kubernetes and people write them (osmo-spec.md 1.6).
//
// All units are binary, as in OSMO: G is Gi. Units count upper and lower case. A number without one is bytes.
//
// Threads:   pure functions.
// Errors:    nothing where the text is no such amount.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sennit::spec {

struct QuantityText {
  std::string_view size;  // "1.5": digits, and perhaps a fraction
  std::string_view unit;  // letters; "" if there are none
};
// Cuts an amount in two. The unit may be one that nobody knows.
std::optional<QuantityText> split_quantity(std::string_view text);

// "4Gi" in "Mi" is 4096. Also nothing if one of the units is unknown.
std::optional<double> convert_quantity(std::string_view text, std::string_view unit);

// An amount as OSMO stores it: as written, or in Ki if it has no unit.
std::optional<std::string> stored_quantity(std::string_view text);

// What a node has or gives of one kind ("cpu", "gpu", "memory", "storage") as a table shows it: memory and storage in
// Gi, the others as they are. Also nothing for another kind, and for what is not finite.
std::optional<double> shown_quantity(std::string_view kind, std::string_view value);

// Whole numbers for a table: used is rounded up, capacity down, and used is at least 0 and at most the capacity.
struct UsedCapacity {
  double used;
  double capacity;
};
std::optional<UsedCapacity> round_used_capacity(double used, double capacity);

// Kubernetes' number of processors: "2", "500m". 0 if it is no number.
double kubernetes_cpus(std::string_view text);

// "1.5 KiB", up to TiB. Nothing below 0.
std::optional<std::string> byte_count_text(std::int64_t bytes);

}  // namespace sennit::spec
