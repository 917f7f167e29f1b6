#include "spec/yaml/scalar.h"

#include <gtest/gtest.h>

#include <string>

namespace sennit::spec {
namespace {

TEST(Scalar, ResolvesAsPyYamlDoes) {
  struct Row {
    std::string_view text;
    ScalarType type;
    std::string_view python;  // str() of the value
  };
  using enum ScalarType;
  const Row rows[] = {
      {"", kNull, "None"},
      {"~", kNull, "None"},
      {"null", kNull, "None"},
      {"NULL", kNull, "None"},
      {"nULL", kText, "nULL"},
      {"yes", kBool, "True"},
      {"Off", kBool, "False"},
      {"TRUE", kBool, "True"},
      {"tRUE", kText, "tRUE"},
      {"y", kText, "y"},
      {"n", kText, "n"},
      {"0", kInt, "0"},
      {"-0", kInt, "0"},
      {"010", kInt, "8"},
      {"08", kText, "08"},
      {"0o10", kText, "0o10"},
      {"0x1F", kInt, "31"},
      {"-0b101", kInt, "-5"},
      {"0x", kText, "0x"},
      {"0x_", kText, "0x_"},
      {"1_000", kInt, "1000"},
      {"_1", kText, "_1"},
      {"1:30", kInt, "90"},
      {"1:60", kText, "1:60"},
      {"190:20:30", kInt, "685230"},
      {"12345678901234567890123", kInt, "12345678901234567890123"},
      {"-9223372036854775808", kInt, "-9223372036854775808"},
      {"1.50", kFloat, "1.5"},
      {"1.", kFloat, "1.0"},
      {".5", kFloat, "0.5"},
      {"-.5", kText, "-.5"},
      {"1e3", kText, "1e3"},
      {"1.0e+16", kFloat, "1e+16"},
      {"1.0e16", kText, "1.0e16"},
      {"1:30.5", kFloat, "90.5"},
      {".inf", kFloat, "inf"},
      {"-.INF", kFloat, "-inf"},
      {".nan", kFloat, "nan"},
      {"2024-01-02", kTimestamp, "2024-01-02"},
      {"2024-1-2", kText, "2024-1-2"},
      {"2024-01-02 03:04:05.6 +1", kTimestamp, "2024-01-02 03:04:05.600000+01:00"},
      {"2024-01-02T03:04:05Z", kTimestamp, "2024-01-02 03:04:05+00:00"},
      {"<<", kMerge, "<<"},
      {"=", kValue, "="},
      {"alpine:3", kText, "alpine:3"},
      {"-", kText, "-"},
      {"+", kText, "+"},
      {".", kText, "."},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(resolve_plain(row.text), row.type) << row.text;
    EXPECT_EQ(python_text(row.type, row.text), row.python) << row.text;
  }
}

TEST(Scalar, AnIntegerTooLongToComputeIsText) {
  EXPECT_EQ(resolve_plain(std::string(4300, '1')), ScalarType::kInt);
  EXPECT_EQ(resolve_plain(std::string(4301, '1')), ScalarType::kText);
}

}  // namespace
}  // namespace sennit::spec
