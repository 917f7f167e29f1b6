#include <array>
#include <boost/json.hpp>

#include "misc_kinds.h"
#include "spec/quantity.h"
#include "vectors.h"

namespace json = boost::json;

namespace sennit::conformance {
namespace {

// Numbers come as numbers or as text, but true is neither.
std::optional<std::string> amount(const json::value& value) {
  if (value.is_bool() || value.is_null()) return std::nullopt;
  return python_scalar(value);
}

Answer convert(const json::object& input) {
  const std::optional<std::string> value = amount(input.at("value"));
  return value ? answered(spec::convert_quantity(*value, text_of(input, "target"))) : std::nullopt;
}

Answer normalise(const json::object& input) {
  return answered(spec::stored_quantity(python_scalar(input.at("value"))));
}

Answer display(const json::object& input) {
  const std::optional<std::string> value = amount(input.at("value"));
  return value ? answered(spec::shown_quantity(text_of(input, "name"), *value)) : std::nullopt;
}

double number(const json::value& value) {
  return value.is_string() ? std::stod(std::string(value.get_string())) : value.to_number<double>();
}

Answer used_capacity(const json::object& input) {
  const auto rounded = spec::round_used_capacity(number(input.at("used")), number(input.at("capacity")));
  if (!rounded) return std::nullopt;
  return result_of(json::array{rounded->used, rounded->capacity});
}

Answer cpu(const json::object& input) { return result_of(spec::kubernetes_cpus(text_of(input, "value"))); }

Answer bytes(const json::object& input) {
  return answered(spec::byte_count_text(input.at("value").to_number<std::int64_t>()));
}

constexpr auto kKinds = std::to_array<MiscKind>({{"convert", convert},
                                                 {"normalise", normalise},
                                                 {"display", display},
                                                 {"used_capacity", used_capacity},
                                                 {"cpu", cpu},
                                                 {"bytes", bytes}});

}  // namespace

std::span<const MiscKind> quantity_kinds() { return kKinds; }

}  // namespace sennit::conformance
