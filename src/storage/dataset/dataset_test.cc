#include <sys/stat.h>
#include <unistd.h>

#include "storage/dataset/dataset_fixture.h"

namespace sennit::storage {
namespace {

template <class Place>
class Datasets : public DatasetFixture<Place> {};

using Places = testing::Types<DirectoryBucket, RcloneBucket>;
struct PlaceNames {
  template <class Place>
  static std::string GetName(int /*number*/) {
    return std::is_same_v<Place, DirectoryBucket> ? "File" : "Rclone";
  }
};
TYPED_TEST_SUITE(Datasets, Places, PlaceNames);

TYPED_TEST(Datasets, WhatIsSentComesBack) {
  this->file("from/a", "1");
  this->file("from/sub/new\nline ☃", "22");
  this->file("from/run", "#!");
  ASSERT_EQ(::chmod(this->at("from/run").c_str(), 0755), 0);
  const Result<Uploaded> sent = this->send("from/*");
  ASSERT_TRUE(sent) << sent.error().message();
  EXPECT_EQ(sent->version.number, 1U);
  EXPECT_EQ(sent->version.files, 3U);
  EXPECT_EQ(sent->version.bytes, 5U);
  EXPECT_EQ(sent->sent_files, 3U);
  const Result<Moved> fetched = this->fetch("to");
  ASSERT_TRUE(fetched) << fetched.error().message();
  EXPECT_EQ(fetched->files, 3U);
  EXPECT_EQ(this->text("to/a"), "1");
  EXPECT_EQ(this->text("to/sub/new\nline ☃"), "22");
  EXPECT_EQ(::access(this->at("to/run").c_str(), X_OK), 0);
  EXPECT_NE(::access(this->at("to/a").c_str(), X_OK), 0);
  const Result<Moved> again = this->fetch("to");
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(again->files, 0U);
  EXPECT_EQ(again->unchanged, 3U);
}

TYPED_TEST(Datasets, OnlyWhatIsNewIsSent) {
  this->file("from/a", "same");
  this->file("from/b", "same");
  this->file("from/c", "other");
  EXPECT_EQ(this->send("from/*")->sent_files, 2U);
  this->file("from/c", "changed");
  const Result<Uploaded> second = this->send("from/*");
  EXPECT_EQ(second->version.number, 2U);
  EXPECT_EQ(second->sent_files, 1U);
  EXPECT_EQ(second->sent_bytes, 7U);
  EXPECT_EQ(this->objects(), 3U);
  const Result<Uploaded> third = this->send("from/*");
  EXPECT_FALSE(third->is_new);
  EXPECT_EQ(third->version.number, 2U);
}

TYPED_TEST(Datasets, AVersionMayAddToTheLatest) {
  this->file("first/a", "1");
  this->file("first/b", "1");
  this->file("second/b", "2");
  ASSERT_TRUE(this->send("first/*"));
  UploadRequest request = this->request("second/*");
  request.onto = UploadRequest::Onto::kLatest;
  const Result<Uploaded> second = this->send(std::move(request));
  EXPECT_EQ(second->version.files, 2U);
  ASSERT_TRUE(this->fetch("to"));
  EXPECT_EQ(this->text("to/a"), "1");
  EXPECT_EQ(this->text("to/b"), "2");
}

TYPED_TEST(Datasets, PartsMayLieBelowDirectories) {
  this->file("first/a", "1");
  this->file("second/a", "2");
  UploadRequest request = this->request("first/*");
  request.parts.push_back(std::move(this->request("second/*").parts.front()));
  request.parts.back().below = "deep/er";
  ASSERT_TRUE(this->send(std::move(request)));
  ASSERT_TRUE(this->fetch("to"));
  EXPECT_EQ(this->text("to/a"), "1");
  EXPECT_EQ(this->text("to/deep/er/a"), "2");
  UploadRequest twice = this->request("first/*");
  twice.parts.push_back(std::move(this->request("second/*").parts.front()));
  EXPECT_EQ(this->send(std::move(twice)).error().message(), "'a' is there twice");
}

TYPED_TEST(Datasets, OnlyWhatDiffersIsFetched) {
  this->file("from/a", "1");
  this->file("from/b", "1");
  this->file("from/sub/c", "3");
  ASSERT_TRUE(this->send("from/*"));
  ASSERT_TRUE(this->fetch("to", "", "sub/"));
  EXPECT_FALSE(this->exists("to/a"));
  this->file("to/a", "x");
  this->file("to/mine", "stays");
  const Result<Moved> fetched = this->fetch("to");
  EXPECT_EQ(fetched->files, 2U);
  EXPECT_EQ(fetched->unchanged, 1U);
  EXPECT_EQ(this->text("to/a"), "1");
  EXPECT_EQ(this->text("to/mine"), "stays");
}

TYPED_TEST(Datasets, AnObjectWithOtherContentsIsFoundOut) {
  this->file("from/good", "good");
  this->file("from/bad", "12345");
  ASSERT_TRUE(this->send("from/*"));
  EXPECT_TRUE(this->damages(Depth::kRead).empty());
  ASSERT_EQ(::chmod(this->object("12345").c_str(), 0644), 0);
  std::ofstream(this->object("12345")) << "54321";
  EXPECT_TRUE(this->damages(Depth::kListed).empty());
  const std::vector<Damage> found = this->damages(Depth::kRead);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().path, "bad");
  EXPECT_EQ(found.front().kind, Damage::Kind::kChanged);
  const Result<Moved> fetched = this->fetch("to");
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().code(), ErrorCode::kCorrupt);
  EXPECT_TRUE(fetched.error().message().starts_with("bad is damaged in ")) << fetched.error().message();
  EXPECT_FALSE(this->exists("to/bad"));
  std::filesystem::remove(this->object("good"));
  ASSERT_EQ(this->damages(Depth::kListed).size(), 1U);
  EXPECT_EQ(this->damages(Depth::kListed).front().path, "good");
}

TYPED_TEST(Datasets, NothingIsWrittenThroughALink) {
  this->file("from/sub/a", "1");
  this->file("outside/a", "mine");
  ASSERT_TRUE(this->send("from/*"));
  std::filesystem::create_directories(this->at("to"));
  std::filesystem::create_directory_symlink(this->at("outside"), this->at("to/sub"));
  const Result<Moved> fetched = this->fetch("to");
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().code(), ErrorCode::kConflict) << fetched.error().message();
  EXPECT_EQ(this->text("outside/a"), "mine");
}

TYPED_TEST(Datasets, RemovingAVersionLeavesWhatOthersHave) {
  this->file("from/a", "kept");
  this->file("from/b", "one");
  ASSERT_TRUE(this->send("from/*"));
  this->file("from/b", "two");
  ASSERT_TRUE(this->send("from/*"));
  const auto removed = this->place_->run([&] { return remove_versions(this->work_, "set", {1}); });
  ASSERT_TRUE(removed) << removed.error().message();
  EXPECT_EQ(removed->objects, 1U);
  EXPECT_FALSE(this->resolve("1"));
  EXPECT_TRUE(this->damages(Depth::kRead).empty());
  ASSERT_TRUE(this->fetch("to", "2"));
  // A number is taken for ever.
  this->place_->run([&] { return remove_versions(this->work_, "set", {2}); }).value();
  EXPECT_EQ(this->objects(), 0U);
  EXPECT_EQ(this->send("from/*")->version.number, 3U);
}

TYPED_TEST(Datasets, WhileSomebodySendsNoContentsAreRemoved) {
  this->file("from/a", "one");
  ASSERT_TRUE(this->send("from/*"));
  auto hold = this->place_->run([&] { return this->place_->bucket().hold_to_send("set"); });
  ASSERT_TRUE(hold);
  const auto removed = this->place_->run([&] { return remove_dataset(this->work_, "set"); });
  ASSERT_TRUE(removed) << removed.error().message();
  EXPECT_TRUE(removed->somebody_sends);
  EXPECT_EQ(removed->versions, 1U);
  EXPECT_EQ(this->objects(), 1U);
  EXPECT_FALSE(this->resolve());
  this->place_->run([&] {
    hold->reset();
    return true;
  });
  EXPECT_EQ(this->send("from/*")->sent_files, 0U);
  EXPECT_TRUE(this->place_->run([&] { return remove_dataset(this->work_, "set"); }));
  EXPECT_EQ(this->files_below("bucket/register/set"), 0U);
  EXPECT_EQ(this->objects(), 0U);
}

TYPED_TEST(Datasets, TagsMeanVersions) {
  this->file("from/a", "1");
  UploadRequest request = this->request("from/*");
  request.tags = {"best"};
  ASSERT_TRUE(this->send(std::move(request)));
  this->file("from/a", "2");
  ASSERT_TRUE(this->send("from/*"));
  EXPECT_EQ(this->resolve("best")->number, 1U);
  EXPECT_EQ(this->resolve("latest")->number, 2U);
  ASSERT_TRUE(this->place_->run([&] { return this->register_.set_tag("set", "best", 2); }));
  EXPECT_EQ(this->resolve("best")->number, 2U);
  const auto missing = this->resolve("worst");
  EXPECT_EQ(missing.error().message(), "the dataset 'set' has no version 'worst'; it has 2, 1; its tags are best");
  const auto listed = this->place_->run([&] { return this->register_.list(); }).value();
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed.front().versions, 2U);
  EXPECT_EQ(listed.front().latest.created_by, "somebody");
  ASSERT_TRUE(this->place_->run([&] { return this->register_.remove_tag("set", "best"); }));
  EXPECT_FALSE(this->resolve("best"));
}

TYPED_TEST(Datasets, ADamagedManifestIsFoundOut) {
  this->file("from/a", "1");
  ASSERT_TRUE(this->send("from/*"));
  const Digest digest = this->resolve()->manifest;
  std::ofstream(this->at("bucket/" + manifest_object("set", digest)), std::ios::app) << "{}\n";
  const auto read = this->place_->run([&] { return this->register_.manifest("set", digest); });
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code(), ErrorCode::kCorrupt);
}

class DatasetLeftovers : public DatasetFixture<DirectoryBucket> {};

TEST_F(DatasetLeftovers, OfAnUploadThatWasKilledGoWithTheNextRemoval) {
  file("from/a", "1");
  ASSERT_TRUE(send("from/*"));
  file("bucket/data/set/objects/ab/.tmp-0123", "half");
  ASSERT_TRUE(place_->run([&] { return remove_versions(work_, "set", {1}); }));
  EXPECT_EQ(files_below("bucket/data"), 0U);
}

TEST(TakenNumbers, AreNeverTheSame) {
  DirectoryBucket place(testing::TempDir() + "numbers");
  std::vector<std::future<std::uint32_t>> takers;
  for (int i = 0; i < 8; ++i) {
    takers.push_back(std::async(std::launch::async, [&] { return place.bucket().take_number("row/").value(); }));
  }
  std::vector<std::uint32_t> numbers;
  for (auto& taker : takers) numbers.push_back(taker.get());
  std::ranges::sort(numbers);
  EXPECT_EQ(numbers, (std::vector<std::uint32_t>{1, 2, 3, 4, 5, 6, 7, 8}));
  std::filesystem::remove_all(testing::TempDir() + "numbers");
}

class DatasetLinks : public DatasetFixture<DirectoryBucket> {
 protected:
  Result<Moved> link(HardLinks hard_links) {
    std::filesystem::create_directories(at("to"));
    return place_links(work_, {.dataset = "set", .manifest = manifest(), .directory = at("to"), .pattern = Pattern()},
                       hard_links);
  }
};

TEST_F(DatasetLinks, AreFilesOfTheBucket) {
  file("from/a", "1");
  file("from/run", "#!");
  ASSERT_EQ(::chmod(at("from/run").c_str(), 0755), 0);
  ASSERT_TRUE(send("from/*"));
  for (int i = 0; i < 2; ++i) {
    const Result<Moved> linked = link(HardLinks::kAllowed);
    ASSERT_TRUE(linked) << linked.error().message();
    EXPECT_EQ(linked->files, 2U);
  }
  EXPECT_EQ(text("to/a"), "1");
  EXPECT_EQ(::access(at("to/run").c_str(), X_OK), 0);
  EXPECT_EQ(files_below("to"), 2U);
  // A clone where there are any; the file system of the tests is known to nobody.
  EXPECT_TRUE(std::filesystem::equivalent(at("to/a"), object("1")) || ::access(at("to/a").c_str(), W_OK) == 0);
}

TEST_F(DatasetLinks, RefuseADamagedObject) {
  file("from/a", "1");
  ASSERT_TRUE(send("from/*"));
  ASSERT_EQ(::chmod(object("1").c_str(), 0644), 0);
  std::ofstream(object("1")) << "2";
  const Result<Moved> linked = link(HardLinks::kRefused);
  ASSERT_FALSE(linked);
  EXPECT_EQ(linked.error().code(), ErrorCode::kCorrupt);
  EXPECT_FALSE(exists("to/a"));
}

class HashCaches : public DatasetFixture<DirectoryBucket> {};

TEST_F(HashCaches, KnowAFileUntilItChanges) {
  const FileStamp stamp{.device = 1, .inode = 2, .size = 3, .modified_ns = 4, .changed_ns = 5};
  const Instant now = Instant::from_unix_us(10'000'000);
  {
    HashCache cache(at("cache/hashes"));
    cache.add(stamp, digest_of("a"), now);
    ASSERT_TRUE(cache.save());
  }
  HashCache cache(at("cache/hashes"));
  EXPECT_EQ(cache.find(stamp), digest_of("a"));
  FileStamp other = stamp;
  other.changed_ns = 6;
  EXPECT_EQ(cache.find(other), std::nullopt);
  // It could change again in the same tick of the clock.
  FileStamp fresh{.device = 1, .inode = 9, .size = 3, .modified_ns = 4, .changed_ns = 9'000'000'000};
  cache.add(fresh, digest_of("b"), now);
  EXPECT_EQ(cache.find(fresh), std::nullopt);
}

TEST_F(HashCaches, ThatAreDamagedAreEmpty) {
  const FileStamp stamp{.device = 1, .inode = 2, .size = 3, .modified_ns = 4, .changed_ns = 5};
  HashCache cache(at("hashes"));
  cache.add(stamp, digest_of("a"), Instant::from_unix_us(10'000'000));
  ASSERT_TRUE(cache.save());
  std::string bytes = text("hashes");
  bytes[60] = static_cast<char>(bytes[60] ^ 1);
  file("hashes", bytes);
  EXPECT_EQ(HashCache(at("hashes")).find(stamp), std::nullopt);
}

}  // namespace
}  // namespace sennit::storage
