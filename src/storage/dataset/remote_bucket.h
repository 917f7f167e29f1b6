// A bucket in a storage, by jobs of storage/storage.h. What a storage lacks is made of what it has:
//
//  - Taking a number: who wants n writes numbers/n/<random> and lists numbers/n/. He who finds himself alone has it;
//  who
//    sees another takes a later one. Of two, the one who wrote last sees the other, so that never both have it.
//  - Holds: whoever sends writes a mark and then looks for marks of those who remove, and the other way round. So at
//    least one sees the other: he who removes leaves all objects alone, he who sends tries again later. Marks of
//    processes that died count for a day (an hour where they meant to remove), which is longer than they may work.
//
// Both need a storage that lists what was written before: S3, Azure and GCS do; Swift need not at once.
//
// Threads, errors: as bucket.h says.
#pragma once

#include <string>

#include "base/clock.h"
#include "storage/dataset/bucket.h"
#include "storage/dataset/storage_bridge.h"

namespace sennit::storage {

class RemoteBucket final : public Bucket {
 public:
  // All must outlive it.
  RemoteBucket(StorageBridge& bridge, Target target, Effort effort, const Clock& clock)
      : bridge_(bridge), target_(std::move(target)), effort_(std::move(effort)), clock_(clock) {}

  std::string text() const override { return target_.location.text(); }
  Result<std::vector<StoredObject>> list(const std::string& prefix) override;
  Result<std::map<std::string, std::string>> read(const std::vector<std::string>& names) override;
  Result<void> write(const std::string& name, std::string_view contents) override;
  Result<std::uint32_t> take_number(const std::string& row) override;
  Result<std::vector<std::size_t>> missing(const std::string& prefix, std::span<const StoredObject> objects) override;
  Result<void> send(std::span<const Outgoing> files, Meter& meter) override;
  Result<void> fetch(const std::string& prefix, std::span<const Incoming> objects, const std::string& directory,
                     Meter& meter) override;
  Result<void> remove(const std::string& prefix, std::span<const std::string> names) override;
  Result<std::unique_ptr<Hold>> hold_to_send(const std::string& dataset) override;
  Result<std::unique_ptr<Hold>> hold_to_remove(const std::string& dataset) override;
  Result<void> flush() override { return {}; }
  std::optional<std::string> local_path(const std::string& /*name*/) const override { return std::nullopt; }

 private:
  enum class Role : std::uint8_t { kSend, kRemove };
  using Purpose = StorageBridge::Purpose;
  class MarkHold;

  Result<Target> below(const std::string& prefix) const;
  Result<std::vector<StoredObject>> none_unless_missing();
  Result<void> remove_for(Purpose purpose, const std::string& prefix, std::span<const std::string> names);
  Result<void> send_farm(std::span<const Outgoing> files, Watcher& watcher);
  Result<void> fetch_names(const std::string& prefix, std::vector<std::string> names, const std::string& directory,
                           Watcher& watcher);
  // Writes a mark; whether no living mark of the other role is there.
  Result<std::unique_ptr<Hold>> hold(const std::string& dataset, Role role);

  StorageBridge& bridge_;
  Target target_;
  Effort effort_;
  const Clock& clock_;
};

}  // namespace sennit::storage
