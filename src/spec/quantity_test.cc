#include "spec/quantity.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace sennit::spec {
namespace {

TEST(Quantity, UnitsAreBinaryAndCountCase) {
  EXPECT_EQ(convert_quantity("4Gi", "Mi"), 4096);
  EXPECT_EQ(convert_quantity("4G", "GiB"), 4);
  EXPECT_EQ(convert_quantity("1.5Ti", "Gi"), 1536);
  EXPECT_EQ(convert_quantity("16", "B"), 16);
  EXPECT_EQ(convert_quantity("1024m", "B"), 1);
  EXPECT_EQ(convert_quantity("\u0664Ki", "Ki"), 4) << "digits of any script";
  for (const char* bad :
       {"", "Gi", "4gi", "4 Gi", "4GB", "1Pi", "-4Gi", "+4Gi", ".5Gi", "4.Gi", "1e3", "4Gi\n", "1_0", "0x1"})
    EXPECT_EQ(convert_quantity(bad, "Gi"), std::nullopt) << bad;
  EXPECT_EQ(convert_quantity("4Gi", "gi"), std::nullopt);
  EXPECT_EQ(convert_quantity("4Gi", ""), std::nullopt);
  EXPECT_EQ(convert_quantity(std::string(400, '9'), "B"), std::numeric_limits<double>::infinity());
}

TEST(Quantity, BytesAreStoredAsKi) {
  EXPECT_EQ(stored_quantity("16"), "0.015625Ki");
  EXPECT_EQ(stored_quantity("1024"), "1.0Ki");
  EXPECT_EQ(stored_quantity("007Gi"), "007Gi");
  EXPECT_EQ(stored_quantity("3B"), "3B");
  EXPECT_EQ(stored_quantity("4gi"), std::nullopt);
}

TEST(Quantity, TablesShowGibibytesAndCounts) {
  EXPECT_EQ(shown_quantity("memory", "512Mi"), 0.5);
  EXPECT_EQ(shown_quantity("cpu", " 4.5 "), 4.5);
  EXPECT_EQ(shown_quantity("gpu", "inf"), std::nullopt);
  EXPECT_EQ(shown_quantity("cpu", "500m"), std::nullopt);
  EXPECT_EQ(shown_quantity("disk", "4"), std::nullopt);
}

TEST(Quantity, UsedNeverExceedsCapacity) {
  const auto rounded = [](double used, double capacity) {
    const auto both = round_used_capacity(used, capacity);
    return std::pair(both->used, both->capacity);
  };
  EXPECT_EQ(rounded(1.2, 4.9), std::pair(2.0, 4.0));
  EXPECT_EQ(rounded(9, 4), std::pair(4.0, 4.0));
  EXPECT_EQ(rounded(1, -3), std::pair(0.0, 0.0));
  EXPECT_FALSE(round_used_capacity(std::nan(""), 4));
  EXPECT_FALSE(round_used_capacity(1, std::numeric_limits<double>::infinity()));
}

TEST(Quantity, ProcessorsOfKubernetes) {
  EXPECT_EQ(kubernetes_cpus("2"), 2);
  EXPECT_EQ(kubernetes_cpus("500m"), 0.5);
  EXPECT_EQ(kubernetes_cpus("x"), 0);
  EXPECT_EQ(kubernetes_cpus("m"), 0);
}

TEST(Quantity, BytesForPeople) {
  EXPECT_EQ(byte_count_text(0), "0 B");
  EXPECT_EQ(byte_count_text(1023), "1023 B");
  EXPECT_EQ(byte_count_text(1536), "1.5 KiB");
  EXPECT_EQ(byte_count_text(1LL << 50), "1024.0 TiB");
  EXPECT_EQ(byte_count_text(-1), std::nullopt);
}

}  // namespace
}  // namespace sennit::spec
