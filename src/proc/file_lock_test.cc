#include "proc/file_lock.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sennit::proc {
namespace {

const std::string kPath = ::testing::TempDir() + "sennit-lock-" + std::to_string(::getpid());

TEST(FileLock, IsHeldOnce) {
  EXPECT_EQ(*FileLock::probe(kPath), FileLock::State::kFree);
  Result<FileLock> lock = FileLock::take(kPath);
  ASSERT_TRUE(lock.ok());
  EXPECT_EQ(*FileLock::probe(kPath), FileLock::State::kHeld);
  EXPECT_EQ(FileLock::take(kPath).error().code(), ErrorCode::kConflict);
  lock->drop();
  EXPECT_EQ(*FileLock::probe(kPath), FileLock::State::kFree);
  ::unlink(kPath.c_str());
}

TEST(FileLock, ForkedChildSharesIt) {
  Result<FileLock> lock = FileLock::take(kPath);
  ASSERT_TRUE(lock.ok());
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[1]);
    char c = 0;
    ::_exit(::read(ends[0], &c, 1) == 0 ? 0 : 1);
  }
  lock->drop();
  EXPECT_EQ(*FileLock::probe(kPath), FileLock::State::kHeld) << "the child has it";
  ::close(ends[0]);
  ::close(ends[1]);
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(*FileLock::probe(kPath), FileLock::State::kFree);
  ::unlink(kPath.c_str());
}

}  // namespace
}  // namespace sennit::proc
