#include "store/secret_key.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "store/store_samples.h"

namespace sennit::store {
namespace {

TEST(SecretKey, SealedTextComesBack) {
  const SecretKey key = sample_key();
  for (const std::string& text : {std::string("TOKEN=abc"), std::string("\0\x01", 2), std::string(100'000, 'x')}) {
    const std::string sealed = key.seal(text, "context of 1");
    EXPECT_EQ(sealed.find(text), std::string::npos);
    EXPECT_EQ(key.open(sealed, "context of 1").value(), text);
  }
}

TEST(SecretKey, NothingStaysNothing) {
  EXPECT_EQ(sample_key().seal("", "x"), "");
  EXPECT_EQ(sample_key().open("", "x").value(), "");
}

TEST(SecretKey, SameTextNeverLooksTheSame) {
  EXPECT_NE(sample_key().seal("secret", "x"), sample_key().seal("secret", "x"));
}

TEST(SecretKey, OtherKeyPlaceOrBytesDoNotOpen) {
  const SecretKey key = sample_key();
  const std::string sealed = key.seal("secret", "context of 1");
  EXPECT_EQ(sample_key(8).open(sealed, "context of 1").error().code(), ErrorCode::kCorrupt);
  EXPECT_EQ(key.open(sealed, "context of 2").error().code(), ErrorCode::kCorrupt);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(key.open(changed, "context of 1").ok()) << i;
    EXPECT_FALSE(key.open(std::string_view(sealed).substr(0, i), "context of 1").ok() && i > 0) << i;
  }
}

TEST(SecretKeyFile, IsMadeOnceAndPrivate) {
  const TemporaryDir dir;
  const SecretKey made = SecretKey::load_or_create(dir.path("key")).value();
  struct stat info {};
  ASSERT_EQ(::stat(dir.path("key").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
  EXPECT_EQ(info.st_nlink, 1U);
  EXPECT_EQ(SecretKey::load_or_create(dir.path("key")).value().fingerprint(), made.fingerprint());
  const TemporaryDir other;
  EXPECT_NE(SecretKey::load_or_create(other.path("key")).value().fingerprint(), made.fingerprint());
}

TEST(SecretKeyFile, DamagedOrSharedIsRefused) {
  const TemporaryDir dir;
  const std::string path = dir.path("key");
  for (const std::string& text :
       {std::string(), std::string("abc"), std::string(63, 'a'), std::string(66, 'a'), std::string(64, 'g')}) {
    write_bytes(path, text);
    ::chmod(path.c_str(), 0600);
    const auto key = SecretKey::load_or_create(path);
    ASSERT_FALSE(key.ok()) << text;
    EXPECT_EQ(key.error().code(), ErrorCode::kCorrupt);
    EXPECT_NE(key.error().message().find(path), std::string::npos);
    EXPECT_EQ(file_bytes(path), text);
  }
  write_bytes(path, std::string(64, 'a') + "\n");
  ::chmod(path.c_str(), 0640);
  EXPECT_EQ(SecretKey::load_or_create(path).error().code(), ErrorCode::kInvalid);
}

}  // namespace
}  // namespace sennit::store
