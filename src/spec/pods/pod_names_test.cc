#include "spec/pods/pod_names.h"

#include <gtest/gtest.h>

namespace sennit::spec {
namespace {

TEST(PodNames, TasksAreLowerCaseWithDashes) {
  EXPECT_EQ(kubernetes_name("Fetch_Data"), "fetch-data");
  EXPECT_EQ(container_name("Fetch_Data"), "fetch-data");
}

TEST(PodNames, ContainersHaveAtMost63Characters) {
  const std::string longest(63, 'a');
  EXPECT_EQ(container_name(longest + "b"), longest);
  EXPECT_EQ(kubernetes_name(longest + "b"), longest + "b");
  EXPECT_EQ(container_name(std::string(60, 'a') + "_-_x"), std::string(60, 'a')) << "and no dash at the end";
}

TEST(PodNames, PodsAreNamedAfterBothIds) {
  EXPECT_EQ(pod_name("0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"),
            "0123456789abcdef-fedcba9876543210");
  EXPECT_EQ(pod_host("t", "g", "ns"), "t.osmo-g.ns.svc.cluster.local");
}

}  // namespace
}  // namespace sennit::spec
