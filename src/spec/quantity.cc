#include "spec/quantity.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "spec/template/numbers.h"
#include "spec/template/unicode.h"

namespace sennit::spec {
namespace {

struct Scale {
  std::string_view unit;
  int power;  // of two, in bytes
};
constexpr auto kScales = std::to_array<Scale>({{"T", 40},
                                               {"Ti", 40},
                                               {"TiB", 40},
                                               {"G", 30},
                                               {"Gi", 30},
                                               {"GiB", 30},
                                               {"M", 20},
                                               {"Mi", 20},
                                               {"MiB", 20},
                                               {"K", 10},
                                               {"Ki", 10},
                                               {"KiB", 10},
                                               {"B", 0},
                                               {"m", -10}});

std::optional<int> power_of(std::string_view unit) {
  const auto* const found = std::ranges::find(kScales, unit.empty() ? "B" : unit, &Scale::unit);
  return found == kScales.end() ? std::nullopt : std::optional(found->power);
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Where the decimal digits of any script that begin at `at` end.
std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    const tmpl::Decoded next = tmpl::decode(text, at);
    if (!tmpl::is_digit(next.code)) break;
    at += next.size;
  }
  return at;
}

}  // namespace

std::optional<QuantityText> split_quantity(std::string_view text) {
  std::size_t end = skip_digits(text, 0);
  if (end == 0) return std::nullopt;
  if (end < text.size() && text[end] == '.') {
    const std::size_t fraction = end + 1;
    end = skip_digits(text, fraction);
    if (end == fraction) return std::nullopt;
  }
  const std::string_view unit = text.substr(end);
  if (!std::ranges::all_of(unit, is_letter)) return std::nullopt;
  return QuantityText{text.substr(0, end), unit};
}

std::optional<double> convert_quantity(std::string_view text, std::string_view unit) {
  const std::optional<QuantityText> quantity = split_quantity(text);
  if (!quantity || unit.empty()) return std::nullopt;
  const std::optional<double> size = tmpl::parse_float(quantity->size);
  const std::optional<int> from = power_of(quantity->unit);
  const std::optional<int> to = power_of(unit);
  if (!size || !from || !to) return std::nullopt;
  return std::ldexp(*size, *from - *to);
}

std::optional<std::string> stored_quantity(std::string_view text) {
  const std::optional<QuantityText> quantity = split_quantity(text);
  if (!quantity || !power_of(quantity->unit)) return std::nullopt;
  if (!quantity->unit.empty()) return std::string(text);
  return tmpl::float_text(convert_quantity(text, "Ki").value_or(0)) + "Ki";
}

std::optional<double> shown_quantity(std::string_view kind, std::string_view value) {
  std::optional<double> shown;
  if (kind == "cpu" || kind == "gpu") shown = tmpl::parse_float(value);
  if (kind == "memory" || kind == "storage") shown = convert_quantity(value, "Gi");
  return shown && std::isfinite(*shown) ? shown : std::nullopt;
}

std::optional<UsedCapacity> round_used_capacity(double used, double capacity) {
  if (!std::isfinite(used) || !std::isfinite(capacity)) return std::nullopt;
  const double most = std::max(0.0, std::floor(capacity));
  return UsedCapacity{std::max(0.0, std::min(std::ceil(used), most)), most};
}

double kubernetes_cpus(std::string_view text) {
  const bool thousandths = text.ends_with('m') || text.ends_with('M');
  while (text.ends_with('m') || text.ends_with('M')) text.remove_suffix(1);
  const std::optional<double> number = tmpl::parse_float(text);
  if (!number) return 0;
  return thousandths ? *number / 1000.0 : *number;
}

std::optional<std::string> byte_count_text(std::int64_t bytes) {
  static constexpr auto kUnits = std::to_array<std::string_view>({"B", "KiB", "MiB", "GiB", "TiB"});
  if (bytes < 0) return std::nullopt;
  if (bytes < 1024) return fmt::format("{} B", bytes);
  const double exact = static_cast<double>(bytes);
  const auto unit = static_cast<std::size_t>(std::min(std::floor(std::log(exact) / std::log(1024.0)), 4.0));
  return fmt::format("{:.1f} {}", exact / std::pow(1024.0, static_cast<double>(unit)), kUnits[unit]);
}

}  // namespace sennit::spec
