#include "base/write_all.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "base/unique_fd.h"

namespace sennit {
namespace {

// A pipe takes 64 KiB at a time.
TEST(WriteAll, GoesOnUntilAllIsWritten) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const UniqueFd from(ends[0]);
  UniqueFd to(ends[1]);
  const std::string bytes(1 << 20, 'x');
  std::string seen;
  std::thread reader([&] {
    char buffer[4096];
    for (ssize_t count = 0; (count = ::read(from.get(), buffer, sizeof buffer)) > 0;) {
      seen.append(buffer, static_cast<std::size_t>(count));
    }
  });
  EXPECT_TRUE(write_all(to.get(), bytes, "write").ok());
  to.reset();
  reader.join();
  EXPECT_EQ(seen, bytes);
}

TEST(WriteAll, WaitsWhereTheDescriptorDoesNotBlock) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
  const UniqueFd from(ends[0]);
  const UniqueFd to(ends[1]);
  const std::string bytes(1 << 20, 'x');
  std::size_t seen = 0;
  std::thread reader([&] {
    char buffer[4096];
    while (seen < bytes.size()) {
      const ssize_t count = ::read(from.get(), buffer, sizeof buffer);
      if (count > 0) seen += static_cast<std::size_t>(count);
    }
  });
  EXPECT_TRUE(write_all(to.get(), bytes, "write").ok());
  reader.join();
  EXPECT_EQ(seen, bytes.size());
}

TEST(WriteAll, SaysWhatFailed) {
  const UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  const Result<void> written = write_all(full.get(), "x", "write the answer");
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().code(), ErrorCode::kExhausted);
  EXPECT_EQ(written.error().message(), "write the answer: No space left on device");
  EXPECT_TRUE(write_all(full.get(), "", "write nothing").ok());
}

}  // namespace
}  // namespace sennit
