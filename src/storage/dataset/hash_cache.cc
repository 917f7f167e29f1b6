#include "storage/dataset/hash_cache.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace sennit::storage {
namespace {

// The file: the magic, records of 72 bytes in this machine's byte order, and the hash of all that.
constexpr std::string_view kMagic = "SNHASH1\n";
constexpr std::size_t kRecord = 5 * sizeof(std::uint64_t) + sizeof(Digest);
// A cache of 70 MB; beyond it all is forgotten, because nothing says what is old.
constexpr std::size_t kMost = 1'000'000;
constexpr std::int64_t kTooFreshNs = 2'000'000'000;

template <class T>
void put(std::string& out, const T& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class T>
void get(std::string_view& in, T& value) {
  std::memcpy(&value, in.data(), sizeof value);
  in.remove_prefix(sizeof value);
}

}  // namespace

HashCache::HashCache(std::string path) : path_(std::move(path)) { load(); }

void HashCache::load() {
  std::ifstream file(path_, std::ios::binary);
  if (!file) return;
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (text.size() < kMagic.size() + sizeof(Digest) || !text.starts_with(kMagic)) return;
  std::string_view rest = std::string_view(text).substr(0, text.size() - sizeof(Digest));
  const Digest digest = digest_of(rest);
  if (std::memcmp(digest.data(), text.data() + rest.size(), sizeof digest) != 0) return;
  rest.remove_prefix(kMagic.size());
  while (rest.size() >= kRecord) {
    Known known;
    get(rest, known.stamp.device);
    get(rest, known.stamp.inode);
    get(rest, known.stamp.size);
    get(rest, known.stamp.modified_ns);
    get(rest, known.stamp.changed_ns);
    get(rest, known.digest);
    known_.insert_or_assign(Key{known.stamp.device, known.stamp.inode}, known);
  }
}

std::optional<Digest> HashCache::find(const FileStamp& stamp) const {
  const std::lock_guard<std::mutex> guard(mutex_);
  const auto found = known_.find(Key{stamp.device, stamp.inode});
  if (found == known_.end() || found->second.stamp != stamp) return std::nullopt;
  return found->second.digest;
}

void HashCache::add(const FileStamp& stamp, const Digest& digest, Instant now) {
  const std::int64_t now_ns = now.unix_us() * 1000;
  if (std::max(stamp.modified_ns, stamp.changed_ns) > now_ns - kTooFreshNs) return;
  const std::lock_guard<std::mutex> guard(mutex_);
  if (known_.size() >= kMost) known_.clear();
  known_.insert_or_assign(Key{stamp.device, stamp.inode}, Known{.stamp = stamp, .digest = digest});
  has_news_ = true;
}

Result<void> HashCache::save() {
  const std::lock_guard<std::mutex> guard(mutex_);
  if (path_.empty() || !has_news_) return {};
  std::string text(kMagic);
  text.reserve(kMagic.size() + known_.size() * kRecord + sizeof(Digest));
  for (const auto& [key, known] : known_) {
    put(text, known.stamp.device);
    put(text, known.stamp.inode);
    put(text, known.stamp.size);
    put(text, known.stamp.modified_ns);
    put(text, known.stamp.changed_ns);
    put(text, known.digest);
  }
  const Digest digest = digest_of(text);
  put(text, digest);
  std::error_code failed;
  std::filesystem::create_directories(std::filesystem::path(path_).parent_path(), failed);
  const std::string temporary = temporary_beside(path_);
  std::ofstream file(temporary, std::ios::binary);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  if (!file || ::rename(temporary.c_str(), path_.c_str()) != 0) {
    ::unlink(temporary.c_str());
    return Error(ErrorCode::kIo, fmt::format("the cache of hashes {} cannot be written", path_));
  }
  has_news_ = false;
  return {};
}

}  // namespace sennit::storage
