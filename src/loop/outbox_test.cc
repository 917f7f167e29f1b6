#include "loop/outbox.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <string>

namespace sennit::loop {
namespace {

TEST(Outbox, KeepsWhatTheSocketDoesNotTake) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
  const UniqueFd here(ends[0]);
  const UniqueFd there(ends[1]);
  std::string want;
  for (int i = 0; want.size() < 3'000'000; ++i) want += std::to_string(i) + ' ';
  Outbox outbox;
  outbox.tail() = want;
  std::string got(want.size() + 1, '\0');
  std::size_t size = 0;
  while (size < want.size()) {
    ASSERT_TRUE(outbox.write_to(here).ok());
    const ssize_t count = ::recv(there.get(), got.data() + size, got.size() - size, 0);
    ASSERT_GT(count, 0);
    size += static_cast<std::size_t>(count);
    EXPECT_LE(outbox.size(), want.size() - size + 300'000);
  }
  got.resize(size);
  EXPECT_TRUE(got == want);
  EXPECT_EQ(outbox.size(), 0U);
}

}  // namespace
}  // namespace sennit::loop
