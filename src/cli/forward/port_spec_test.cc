#include "cli/forward/port_spec.h"

#include <gtest/gtest.h>

namespace sennit::cli {
namespace {

using Pairs = std::vector<PortPair>;

TEST(PortSpec, TakesPortsPairsRangesAndLists) {
  EXPECT_EQ(parse_ports("8080").value(), (Pairs{{8080, 8080}}));
  EXPECT_EQ(parse_ports("8080:80").value(), (Pairs{{8080, 80}}));
  EXPECT_EQ(parse_ports("0:80").value(), (Pairs{{0, 80}}));
  EXPECT_EQ(parse_ports("9000-9002").value(), (Pairs{{9000, 9000}, {9001, 9001}, {9002, 9002}}));
  EXPECT_EQ(parse_ports("9000-9001:80-81,7:8").value(), (Pairs{{9000, 80}, {9001, 81}, {7, 8}}));
}

TEST(PortSpec, SaysWhatIsWrong) {
  for (const char* text : {"", "a", "80:", ":80", "80-", "1-2-3", "9-8", "8-8", "1-2:3", "65536", "80:0", "80,", "-1",
                           "80:80:80", "1-2000", "99999999999999999999"}) {
    const auto pairs = parse_ports(text);
    ASSERT_FALSE(pairs.ok()) << text;
    EXPECT_NE(pairs.error().message().find("--port"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace sennit::cli
