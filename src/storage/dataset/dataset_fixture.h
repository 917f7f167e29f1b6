// A bucket with something to send to it: in a directory, or behind the real rclone.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>

#include "proc/spawner.h"
#include "storage/dataset/download.h"
#include "storage/dataset/file_bucket.h"
#include "storage/dataset/layout.h"
#include "storage/dataset/link.h"
#include "storage/dataset/remote_bucket.h"
#include "storage/dataset/removal.h"
#include "storage/dataset/upload.h"
#include "storage/dataset/verify.h"
#include "storage/rclone_storage.h"

namespace sennit::storage {

// A bucket in a directory, and how work on it is run.
class DirectoryBucket {
 public:
  explicit DirectoryBucket(const std::string& path) : bucket_(path) {}
  static bool is_here() { return true; }
  Bucket& bucket() { return bucket_; }
  template <class Work>
  auto run(Work work) {
    return work();
  }

 private:
  FileBucket bucket_;
};

// The same directory, by rclone: what a storage does, but for the network.
class RcloneBucket {
 public:
  explicit RcloneBucket(const std::string& path)
      : bucket_(bridge_, {.location = parse_location("file://" + path).value(), .credential = std::nullopt}, {},
                clock_) {}
  static bool is_here() { return std::system("rclone version >/dev/null 2>&1") == 0; }
  Bucket& bucket() { return bucket_; }
  // The work waits on a thread of its own, for the loop to go on here.
  template <class Work>
  auto run(Work work) {
    bool over = false;
    auto result = std::async(std::launch::async, [&] {
      auto value = work();
      loop_.post([&over] { over = true; });
      return value;
    });
    while (!over) loop_.run_once();
    return result.get();
  }

 private:
  rlimit files_{.rlim_cur = 1024, .rlim_max = 4096};
  SystemClock clock_;
  loop::Loop loop_;
  proc::Spawner spawner_ = std::move(proc::Spawner::open(files_)).value();
  RcloneStorage storage_{loop_, spawner_, {{"PATH", ::getenv("PATH")}, {"HOME", "/nonexistent"}}};
  StorageBridge bridge_{loop_, storage_};
  RemoteBucket bucket_;
};

template <class Place>
class DatasetFixture : public testing::Test {
 protected:
  DatasetFixture() { std::filesystem::create_directories(at("bucket")); }
  ~DatasetFixture() override { std::filesystem::remove_all(root_); }
  void SetUp() override {
    if (!Place::is_here()) GTEST_SKIP() << "there is no rclone: apt-get install rclone";
  }

  std::string at(const std::string& name) const { return root_ + "/" + name; }
  void file(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(at(name)).parent_path());
    std::ofstream(at(name)) << text;
  }
  std::string text(const std::string& name) const {
    std::ifstream file(at(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  bool exists(const std::string& name) const { return std::filesystem::exists(at(name)); }
  std::string object(const std::string& contents) const {
    return at("bucket/data/set/objects/" + object_name_of(digest_of(contents)));
  }
  std::size_t files_below(const std::string& name) const {
    std::size_t count = 0;
    if (!exists(name)) return 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(at(name))) {
      if (entry.is_regular_file()) ++count;
    }
    return count;
  }
  std::size_t objects() const { return files_below("bucket/data/set/objects"); }

  UploadRequest request(const std::string& paths) const {
    const std::vector<std::string> all{at(paths)};
    UploadRequest request{.dataset = "set", .created_by = "somebody"};
    request.parts.push_back({.files = std::move(plan_send(all, Pattern(), SendNames::kAny)).value(), .below = {}});
    return request;
  }
  Result<Uploaded> send(UploadRequest request) {
    return place_->run([&] { return upload(work_, std::move(request)); });
  }
  Result<Uploaded> send(const std::string& paths) { return send(request(paths)); }
  Result<VersionRecord> resolve(const std::string& tag = "") {
    return place_->run([&] { return register_.resolve("set", tag); });
  }
  Manifest manifest(const std::string& tag = "") {
    const VersionRecord version = resolve(tag).value();
    return place_->run([&] { return register_.manifest("set", version.manifest); }).value();
  }
  Result<Moved> fetch(const std::string& to, const std::string& tag = "", const char* regex = "") {
    std::filesystem::create_directories(at(to));
    DownloadRequest request{
        .dataset = "set", .manifest = manifest(tag), .directory = at(to), .pattern = Pattern::compile(regex).value()};
    return place_->run([&] { return download(work_, request); });
  }
  std::vector<Damage> damages(Depth depth) {
    const Manifest listed = manifest();
    return place_->run([&] { return verify(work_, "set", listed, depth); }).value();
  }

  static std::string made() {
    std::string name = testing::TempDir() + "dataset-XXXXXX";
    return ::mkdtemp(name.data());
  }

  std::string root_ = made();
  SystemClock clock_;
  std::unique_ptr<Place> place_ = std::make_unique<Place>(at("bucket"));
  HashCache hashes_;
  Meter meter_;
  DatasetWork work_{place_->bucket(), hashes_, meter_, clock_};
  Register register_{place_->bucket()};
};

}  // namespace sennit::storage
