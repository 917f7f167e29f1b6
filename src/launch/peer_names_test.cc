#include "launch/peer_names.h"

#include <gtest/gtest.h>

namespace sennit::launch {
namespace {

TEST(PeerNames, APeerIsCalledByItsNameIfAHostCanHaveIt) {
  const Peers peers = {
      {"server", "127.1.0.1"}, {"worker_1", "127.1.0.2"}, {"LocalHost", "127.1.0.3"}, {"a b", "127.1.0.4"}};
  const Peers want = {{"server", "server"}, {"worker_1", "worker_1"}, {"LocalHost", "127.1.0.3"}, {"a b", "127.1.0.4"}};
  EXPECT_EQ(names_of(peers), want);
  EXPECT_EQ(hosts_file(peers, "127.0.0.1 localhost\n"),
            "127.1.0.1\tserver\n127.1.0.2\tworker_1\n127.0.0.1 localhost\n");
}

TEST(PeerNames, FilesAreAskedFirst) {
  struct Case {
    std::string in, want;
  };
  const Case cases[] = {
      {"", ""},
      {"passwd: files\n", "passwd: files\n"},
      {"hosts: resolve [!UNAVAIL=return] files dns\n", "hosts: files resolve [!UNAVAIL=return] files dns\n"},
      {"a: b\nhosts:\tdns", "a: b\nhosts: files\tdns"}};
  for (const Case& c : cases) EXPECT_EQ(nsswitch_file(c.in), c.want) << c.in;
}

}  // namespace
}  // namespace sennit::launch
