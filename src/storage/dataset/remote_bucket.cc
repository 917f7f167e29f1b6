#include "storage/dataset/remote_bucket.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <unordered_map>

#include "base/write_all.h"
#include "storage/dataset/farm.h"
#include "storage/dataset/layout.h"

namespace sennit::storage {
namespace {

// How long what a hold was taken for may last, and how long its mark counts.
constexpr Micros kLongestSend = std::chrono::hours(12);
constexpr Micros kSendMarkCounts = std::chrono::hours(24);
constexpr Micros kLongestRemove = std::chrono::minutes(15);
constexpr Micros kRemoveMarkCounts = std::chrono::hours(1);
constexpr int kMostNumberTries = 30;

class Quiet final : public Watcher {
 public:
  void on_progress(const Progress&) override {}
  void on_retry(const Retry&) override {}
};

// Adds what a job has moved to a meter that counts more than this job.
class Metered final : public Watcher {
 public:
  explicit Metered(Meter& meter) : meter_(meter) {}
  void on_progress(const Progress& progress) override {
    if (progress.bytes > bytes_) meter_.add(0, progress.bytes - bytes_);
    if (progress.files > files_) meter_.add(progress.files - files_, 0);
    bytes_ = std::max(bytes_, progress.bytes);
    files_ = std::max(files_, progress.files);
  }
  void on_retry(const Retry&) override {}
  void finish(std::uint64_t files, std::uint64_t bytes) { on_progress({.bytes = bytes, .files = files}); }

 private:
  Meter& meter_;
  std::uint64_t bytes_ = 0;
  std::uint64_t files_ = 0;
};

std::string random_word() {
  std::uint64_t number = 0;
  ::randombytes_buf(&number, sizeof number);
  return fmt::format("{:016x}", number);
}

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Result<UniqueFd> in_memory(std::string_view contents) {
  UniqueFd fd(::memfd_create("sennit-object", MFD_CLOEXEC));
  if (!fd) return Error::from_errno("hold an object in memory", errno);
  SENNIT_TRY(write_all(fd.get(), contents, "hold an object in memory"));
  return fd;
}

std::uint32_t highest_of(const std::vector<StoredObject>& claims) {
  std::uint32_t highest = 0;
  for (const StoredObject& claim : claims) {
    const auto number = number_of<std::uint32_t>(std::string_view(claim.name).substr(0, claim.name.find('/')));
    highest = std::max(highest, number.value_or(0));
  }
  return highest;
}

// When a mark was made, by its name: "send-1790000000-0123456789abcdef".
std::optional<Instant> time_of_mark(std::string_view name, std::string_view role) {
  if (!name.starts_with(role)) return std::nullopt;
  name.remove_prefix(role.size());
  const auto seconds = number_of<std::int64_t>(name.substr(0, name.find('-')));
  if (!seconds) return std::nullopt;
  return Instant::from_unix_us(*seconds * 1'000'000);
}

}  // namespace

class RemoteBucket::MarkHold final : public Hold {
 public:
  MarkHold(RemoteBucket& bucket, std::string prefix, std::string name, Micros longest)
      : bucket_(bucket), prefix_(std::move(prefix)), name_(std::move(name)), until_(bucket.clock_.boot() + longest) {}
  ~MarkHold() override {
    ignore(bucket_.remove_for(Purpose::kCleaning, prefix_, {&name_, 1}), "it counts for a day at most");
  }
  Result<void> is_good() const override {
    if (bucket_.clock_.boot() < until_) return {};
    return Error(ErrorCode::kConflict,
                 "this took so long that others may think it dead; repeat it: what is done is not "
                 "done again");
  }

 private:
  RemoteBucket& bucket_;
  std::string prefix_;
  std::string name_;
  Micros until_;
};

Result<Target> RemoteBucket::below(const std::string& prefix) const {
  Target target = target_;
  std::string& path = target.location.url.path;
  const std::string_view bare = std::string_view(prefix).substr(0, prefix.find_last_not_of('/') + 1);
  path = path.empty() ? std::string(bare) : fmt::format("{}/{}", path, bare);
  while (path.ends_with('/')) path.pop_back();
  return target;
}

Result<std::vector<StoredObject>> RemoteBucket::list(const std::string& prefix) {
  SENNIT_ASSIGN(Target target, below(prefix));
  Result<std::vector<Entry>> entries =
      bridge_.await<std::vector<Entry>>([this, target = std::move(target)](Storage& storage, Listed done) mutable {
        return storage.list({.target = std::move(target), .pattern = {}}, effort_, std::move(done));
      });
  if (!entries && entries.error().code() == ErrorCode::kNotFound) return none_unless_missing();
  if (!entries) return std::move(entries).error();
  std::vector<StoredObject> objects;
  objects.reserve(entries->size());
  for (Entry& entry : *entries) objects.push_back({.name = std::move(entry.path), .size = entry.size});
  std::ranges::sort(objects, {}, &StoredObject::name);
  return objects;
}

// Some storages know directories, and say so of one that is not there yet; others say the same of a bucket.
Result<std::vector<StoredObject>> RemoteBucket::none_unless_missing() {
  if (target_.location.is_file()) return std::vector<StoredObject>();
  Result<void> there = bridge_.await<void>([this](Storage& storage, Checked done) {
    return storage.check(target_, Access::kRead, effort_, std::move(done));
  });
  if (!there && there.error().code() != ErrorCode::kNotFound) return std::move(there).error();
  if (!there && target_.location.url.path.empty()) return std::move(there).error();
  return std::vector<StoredObject>();
}

Result<void> RemoteBucket::fetch_names(const std::string& prefix, std::vector<std::string> names,
                                       const std::string& directory, Watcher& watcher) {
  if (names.empty()) return {};
  SENNIT_ASSIGN(Target target, below(prefix));
  Result<Moved> moved = bridge_.await<Moved>([&](Storage& storage, Transferred done) {
    return storage.fetch(
        {.target = std::move(target), .directory = directory, .pattern = {}, .names = std::move(names)}, effort_,
        watcher, std::move(done));
  });
  if (!moved) return std::move(moved).error();
  return {};
}

Result<std::map<std::string, std::string>> RemoteBucket::read(const std::vector<std::string>& names) {
  SENNIT_ASSIGN(const TemporaryDirectory directory, TemporaryDirectory::make());
  Quiet quiet;
  Result<void> fetched = fetch_names("", names, directory.path(), quiet);
  if (!fetched && fetched.error().code() == ErrorCode::kNotFound) return std::map<std::string, std::string>();
  SENNIT_TRY(std::move(fetched));
  std::map<std::string, std::string> found;
  for (const std::string& name : names) {
    std::ifstream file(fmt::format("{}/{}", directory.path(), name), std::ios::binary);
    if (!file) continue;
    found.emplace(name, std::string(std::istreambuf_iterator<char>(file), {}));
  }
  return found;
}

Result<void> RemoteBucket::write(const std::string& name, std::string_view contents) {
  SENNIT_ASSIGN(const UniqueFd fd, in_memory(contents));
  const Outgoing file{.fd = fd.get(), .name = name, .digest = {}, .size = contents.size()};
  Quiet quiet;
  return send_farm({&file, 1}, quiet);
}

Result<void> RemoteBucket::send_farm(std::span<const Outgoing> files, Watcher& watcher) {
  SENNIT_ASSIGN(const TemporaryDirectory directory, TemporaryDirectory::make());
  SENNIT_ASSIGN(SendPlan plan, plan_farm(directory, files));
  Result<Moved> moved = bridge_.await<Moved>([&](Storage& storage, Transferred done) {
    return storage.send({.target = target_, .plan = std::move(plan), .links = SendRequest::Links::kFollowed}, effort_,
                        watcher, std::move(done));
  });
  if (!moved) return std::move(moved).error();
  return {};
}

Result<void> RemoteBucket::send(std::span<const Outgoing> files, Meter& meter) {
  if (files.empty()) return {};
  Metered metered(meter);
  SENNIT_TRY(send_farm(files, metered));
  std::uint64_t bytes = 0;
  for (const Outgoing& file : files) bytes += file.size;
  metered.finish(files.size(), bytes);
  return {};
}

Result<void> RemoteBucket::fetch(const std::string& prefix, std::span<const Incoming> objects,
                                 const std::string& directory, Meter& meter) {
  std::vector<std::string> names;
  std::uint64_t bytes = 0;
  for (const Incoming& object : objects) {
    names.push_back(object.name);
    bytes += object.size;
  }
  Metered metered(meter);
  SENNIT_TRY(fetch_names(prefix, std::move(names), directory, metered));
  metered.finish(objects.size(), bytes);
  return {};
}

Result<std::vector<std::size_t>> RemoteBucket::missing(const std::string& prefix,
                                                       std::span<const StoredObject> objects) {
  std::vector<std::size_t> places;
  if (objects.empty()) return places;
  SENNIT_ASSIGN(const std::vector<StoredObject> there, list(prefix));
  std::unordered_map<std::string_view, std::uint64_t> sizes;
  for (const StoredObject& object : there) sizes.emplace(object.name, object.size);
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const auto found = sizes.find(objects[i].name);
    if (found == sizes.end() || found->second != objects[i].size) places.push_back(i);
  }
  return places;
}

Result<void> RemoteBucket::remove(const std::string& prefix, std::span<const std::string> names) {
  return remove_for(Purpose::kWork, prefix, names);
}

Result<void> RemoteBucket::remove_for(Purpose purpose, const std::string& prefix, std::span<const std::string> names) {
  if (names.empty()) return {};
  SENNIT_ASSIGN(Target target, below(prefix));
  Result<Moved> moved = bridge_.await<Moved>(
      [&](Storage& storage, Transferred done) {
        return storage.remove(
            {.target = std::move(target), .pattern = {}, .names = std::vector<std::string>(names.begin(), names.end())},
            effort_, std::move(done));
      },
      purpose);
  if (!moved) return std::move(moved).error();
  return {};
}

Result<std::uint32_t> RemoteBucket::take_number(const std::string& row) {
  for (int i = 0; i < kMostNumberTries; ++i) {
    SENNIT_ASSIGN(const std::vector<StoredObject> claims, list(row));
    // After others were met, each goes a random way ahead: so no two keep meeting, and nobody waits.
    const std::uint32_t ahead = i == 0 ? 0 : ::randombytes_uniform(2U << std::min(i, 10));
    const std::uint32_t number = highest_of(claims) + 1 + ahead;
    SENNIT_TRY(write(fmt::format("{}{}/{}", row, number, random_word()), "taken\n"));
    SENNIT_ASSIGN(const std::vector<StoredObject> rivals, list(fmt::format("{}{}/", row, number)));
    if (rivals.size() == 1) return number;
  }
  return Error(ErrorCode::kConflict, "too many versions are made at once; try again");
}

Result<std::unique_ptr<Hold>> RemoteBucket::hold(const std::string& dataset, Role role) {
  const bool sends = role == Role::kSend;
  const std::string prefix = marks_prefix(dataset);
  const std::string_view ours = sends ? "send-" : "remove-";
  const std::string_view theirs = sends ? "remove-" : "send-";
  const Instant now = clock_.now();
  std::string name = fmt::format("{}{}-{}", ours, now.unix_us() / 1'000'000, random_word());
  SENNIT_TRY(write(prefix + name, "here\n"));
  auto hold = std::make_unique<MarkHold>(*this, prefix, std::move(name), sends ? kLongestSend : kLongestRemove);
  SENNIT_ASSIGN(const std::vector<StoredObject> marks, list(prefix));
  std::vector<std::string> dead;
  for (const StoredObject& mark : marks) {
    const auto made = time_of_mark(mark.name, theirs);
    if (!made) continue;
    if (*made + (sends ? kRemoveMarkCounts : kSendMarkCounts) > now) return std::unique_ptr<Hold>();
    dead.push_back(mark.name);
  }
  SENNIT_TRY(remove(prefix, dead));
  return std::unique_ptr<Hold>(std::move(hold));
}

Result<std::unique_ptr<Hold>> RemoteBucket::hold_to_send(const std::string& dataset) {
  SENNIT_ASSIGN(std::unique_ptr<Hold> taken, hold(dataset, Role::kSend));
  if (taken != nullptr) return taken;
  return Error(ErrorCode::kUnavailable,
               fmt::format("versions of {} are being deleted; try again in a minute", dataset));
}

Result<std::unique_ptr<Hold>> RemoteBucket::hold_to_remove(const std::string& dataset) {
  return hold(dataset, Role::kRemove);
}

}  // namespace sennit::storage
