// What every CredentialStore must do, once for each of them; and that the one on disk keeps values to itself.
#include "store/credential_store.h"

#include <gtest/gtest.h>

#include <memory>

#include "store/memory_store.h"
#include "store/sqlite/db.h"
#include "store/sqlite_store.h"
#include "store/store_samples.h"

namespace sennit::store {
namespace {

PostToLoop nowhere() {
  return [](const std::function<void()>&) {};
}

struct MemoryPlace {
  MemoryDisk disk;
  std::unique_ptr<Store> open() { return std::make_unique<MemoryStore>(disk, nowhere()); }
};

struct SqlitePlace {
  TemporaryDir dir;
  std::unique_ptr<Store> open() {
    auto store = open_sqlite_store({dir.path("store.db"), sample_key(), nowhere(), {}});
    EXPECT_TRUE(store.ok()) << store.error().message();
    return store ? *std::move(store) : nullptr;
  }
};

Credential generic(std::string name, CredentialPayload payload = {{"token", "hunter2hunter2"}}) {
  return {std::move(name), CredentialType::kGeneric, "", std::move(payload), at_second(1)};
}

Credential data(std::string name, std::string profile) {
  return {std::move(name), CredentialType::kData, std::move(profile), {{"access_key", "k"}}, at_second(2)};
}

using Names = std::vector<std::string>;

template <class Place>
class CredentialContract : public testing::Test {
 protected:
  CredentialContract() { reopen(); }
  void reopen() {
    store_.reset();
    store_ = place_.open();
  }
  CredentialStore& credentials() { return store_->credentials(); }
  Names set(const Credential& credential, std::string_view user = "ada") {
    return credentials().set(user, credential).value();
  }
  Names names(std::string_view user = "ada") {
    Names names;
    for (const Credential& credential : credentials().all(user).value()) names.push_back(credential.name);
    return names;
  }

  Place place_;
  std::unique_ptr<Store> store_;
};

using Places = testing::Types<MemoryPlace, SqlitePlace>;
TYPED_TEST_SUITE(CredentialContract, Places);

TYPED_TEST(CredentialContract, WhatIsSetIsThereAfterARestart) {
  const Credential odd = generic("odd", {{"", "no key"}, {"none", ""}, {"lines", "a\nb\n"}, {"bytes", "\xff\xfe"}});
  EXPECT_EQ(this->set(odd), Names{});
  EXPECT_EQ(this->set(data("s3", "s3://bucket")), Names{});
  this->reopen();
  EXPECT_EQ(this->credentials().find("ada", "odd").value(), odd);
  EXPECT_EQ(this->credentials().find("ada", "none").value(), std::nullopt);
  EXPECT_EQ(this->names(), (Names{"odd", "s3"}));
}

TYPED_TEST(CredentialContract, TheSameNameReplaces) {
  this->set(generic("c"));
  EXPECT_EQ(this->set(data("c", "s3://b")), Names{"c"});
  EXPECT_EQ(this->credentials().find("ada", "c").value(), data("c", "s3://b"));
  EXPECT_EQ(this->set(generic("c")), Names{"c"});
  EXPECT_EQ(this->credentials().find_for("ada", "s3://b").value(), std::nullopt);
}

TYPED_TEST(CredentialContract, TheSameProfileReplacesWhateverItsName) {
  this->set(data("old", "s3://b"));
  this->set(data("other", "s3://c"));
  this->set(generic("new"));
  EXPECT_EQ(this->set(data("new", "s3://b")), (Names{"new", "old"}));
  EXPECT_EQ(this->names(), (Names{"new", "other"}));
  EXPECT_EQ(this->credentials().find_for("ada", "s3://b").value()->name, "new");
}

TYPED_TEST(CredentialContract, UsersDoNotMeet) {
  this->set(data("c", "s3://b"));
  EXPECT_EQ(this->set(data("c", "s3://b"), "bob"), Names{});
  ASSERT_TRUE(this->credentials().remove("ada", "c").ok());
  EXPECT_EQ(this->names(), Names{});
  EXPECT_EQ(this->names("bob"), Names{"c"});
}

TYPED_TEST(CredentialContract, RemovedIsGone) {
  this->set(generic("c"));
  ASSERT_TRUE(this->credentials().remove("ada", "c").ok());
  EXPECT_EQ(this->credentials().remove("ada", "c").error().code(), ErrorCode::kNotFound);
  this->reopen();
  EXPECT_EQ(this->names(), Names{});
}

TYPED_TEST(CredentialContract, GenericOnesHaveNoProfileToMeetBy) {
  this->set(generic("a"));
  EXPECT_EQ(this->set(generic("b")), Names{});
  EXPECT_EQ(this->credentials().find_for("ada", "").value(), std::nullopt);
}

TEST(SealedCredentials, ValuesAreNotInTheFile) {
  SqlitePlace place;
  {
    const auto store = place.open();
    ASSERT_TRUE(store->credentials().set("ada", generic("c")).ok());
  }
  for (const char* name : {"store.db", "store.db-wal"}) {
    std::ifstream file(place.dir.path(name), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    EXPECT_EQ(bytes.find("hunter2"), std::string::npos) << name;
    EXPECT_EQ(bytes.find("token"), std::string::npos) << name;
  }
}

TEST(SealedCredentials, MovedToAnotherNameTheyStayClosed) {
  SqlitePlace place;
  {
    const auto store = place.open();
    ASSERT_TRUE(store->credentials().set("ada", generic("c")).ok());
  }
  {
    const auto db = Db::open(place.dir.path("store.db"), Db::Access::kExisting).value();
    ASSERT_TRUE(db->execute("UPDATE credential SET name = 'd'").ok());
  }
  const auto store = place.open();
  const auto found = store->credentials().find("ada", "d");
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code(), ErrorCode::kCorrupt);
  EXPECT_NE(found.error().message().find("credential d of ada"), std::string::npos) << found.error().message();
}

}  // namespace
}  // namespace sennit::store
