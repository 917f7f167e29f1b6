#include "spec/yaml/timestamp.h"

#include <gtest/gtest.h>

#include "spec/yaml/scalar.h"

namespace sennit::spec {
namespace {

TEST(Timestamp, PrintsAsPythonDoes) {
  struct Case {
    std::string in, want;
  };
  const Case cases[] = {
      {"2024-01-02", "2024-01-02"},
      {"2024-01-02T10:00:00Z", "2024-01-02 10:00:00+00:00"},
      {"2024-1-2 3:04:05", "2024-01-02 03:04:05"},
      {"2024-01-02t03:04:05.5", "2024-01-02 03:04:05.500000"},
      {"2024-01-02 03:04:05.1234567 +1", "2024-01-02 03:04:05.123456+01:00"},
      {"2024-01-02 03:04:05.0-05:30", "2024-01-02 03:04:05-05:30"},
      {"2024-01-02 03:04:05 -00", "2024-01-02 03:04:05+00:00"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(resolve_plain(c.in), ScalarType::kTimestamp) << c.in;
    EXPECT_EQ(timestamp_text(c.in), c.want) << c.in;
  }
}

}  // namespace
}  // namespace sennit::spec
