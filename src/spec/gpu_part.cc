#include "spec/gpu_part.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "spec/values.h"
#include "spec/yaml/scalar.h"

namespace sennit::spec {
namespace {

// "0.5": digits with one point among them, and nothing else.
bool is_decimal(std::string_view text) {
  return text.find('.') != std::string_view::npos && text.find('.') == text.rfind('.') && text.size() > 1 &&
         text.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::optional<double> number_of(const Node& value) {
  if (!value.is_scalar()) return std::nullopt;
  if (value.type == ScalarType::kFloat) return float_value(value.text);
  if (!value.is_text() || !is_decimal(value.text)) return std::nullopt;
  double number = 0;
  std::from_chars(value.text.data(), value.text.data() + value.text.size(), number);
  return number;
}

}  // namespace

bool is_gpu_part(const Node& value) {
  const std::optional<double> number = number_of(value);
  return number && std::isfinite(*number) && *number != std::floor(*number);
}

std::optional<std::uint32_t> read_gpu_part(Reporter& reporter, const Node& value, std::string_view for_several) {
  const double number = number_of(value).value_or(0);
  // A little more than it says, for what the binary form of 0.29 lacks.
  const double thousandths = std::floor(number * kWholeGpu + 1e-6);
  if (thousandths >= 1 && thousandths < kWholeGpu) return static_cast<std::uint32_t>(thousandths);
  reporter.error(Code::kBadGpuPart, value.at, fmt::format("'gpu' cannot be {}", value.text),
                 {.expected = fmt::format("a part of one GPU between 0.001 and 0.999, such as 0.5; {}", for_several),
                  .suggestion = {}});
  return std::nullopt;
}

void read_gpu_memory(Reporter& reporter, const Node& value, ResourceRequest& request) {
  if (value.is_null()) return;
  const std::optional<Bytes> memory = read_quantity(reporter, value, "'gpu_memory'");
  if (!memory) return;
  request.gpu_memory = *memory;
  if (*memory == Bytes()) reporter.error(Code::kOutOfRange, value.at, "'gpu_memory' is nothing");
}

Schema gpu_part_shape() {
  Schema written = Schema::of_type("string").text("pattern", "^0?\\.[0-9]+$");
  return Schema::any_of(
      {Schema::of_type("number").number("exclusiveMinimum", 0).number("exclusiveMaximum", 1), written});
}

}  // namespace sennit::spec
