#include "api/artifact_search.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "base/unique_fd.h"
#include "base/wildcard.h"

namespace sennit::api {
namespace {

constexpr std::array kPatterns = {
    ArtifactPattern{"checkpoint", "checkpoint-*"},
    ArtifactPattern{"checkpoint", "*.ckpt"},
    ArtifactPattern{"checkpoint", "*.pth"},
    ArtifactPattern{"checkpoint", "model.safetensors"},
    ArtifactPattern{"config", "config.json"},
    ArtifactPattern{"config", "*.yaml"},
    ArtifactPattern{"config", "*.yml"},
    ArtifactPattern{"metrics", "metrics.json"},
    ArtifactPattern{"metrics", "results.json"},
    ArtifactPattern{"metrics", "eval_results.json"},
    ArtifactPattern{"logs", "trainer_log.json"},
    ArtifactPattern{"logs", "training.log"},
    ArtifactPattern{"tokenizer", "tokenizer_config.json"},
    ArtifactPattern{"tokenizer", "tokenizer.json"},
};

struct CloseDirectory {
  void operator()(DIR* stream) const { ::closedir(stream); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

// A directory with the open one above it; a name in it may be exchanged for anything at any time.
Directory open_in(int parent, const char* name) {
  UniqueFd fd(::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!fd) return nullptr;
  Directory stream(::fdopendir(fd.get()));
  if (stream) static_cast<void>(fd.release());
  return stream;
}

Instant time_of(const struct stat& info) {
  return Instant::from_unix_us(std::int64_t{info.st_mtim.tv_sec} * 1'000'000 + info.st_mtim.tv_nsec / 1000);
}

class Search {
 public:
  Search(const ArtifactPlace& place, const ArtifactBounds& bounds) : place_(place), bounds_(bounds) {}

  void run() {
    if (Directory top = open_in(AT_FDCWD, place_.directory.c_str())) walk(std::move(top), place_.directory, 0);
  }
  bool is_cut() const { return cut_; }
  std::vector<std::pair<std::size_t, views::ArtifactView>>& found() { return found_; }

 private:
  // Returns how many bytes lie in it.
  std::uint64_t walk(Directory stream, const std::string& path, std::size_t depth) {
    std::uint64_t bytes = 0;
    while (const dirent* entry = ::readdir(stream.get())) {
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      if (seen_ >= bounds_.entries) {
        cut_ = true;
        break;
      }
      ++seen_;
      bytes += look(::dirfd(stream.get()), entry->d_name, path + "/" + entry->d_name, depth);
    }
    return bytes;
  }

  std::uint64_t look(int parent, const char* name, std::string path, std::size_t depth) {
    struct stat info {};
    if (::fstatat(parent, name, &info, AT_SYMLINK_NOFOLLOW) != 0) return 0;
    const bool is_directory = S_ISDIR(info.st_mode);
    if (!is_directory && !S_ISREG(info.st_mode)) return 0;
    std::uint64_t bytes = is_directory ? 0 : static_cast<std::uint64_t>(info.st_size);
    if (is_directory && depth < bounds_.depth) {
      if (Directory inner = open_in(parent, name)) bytes = walk(std::move(inner), path, depth + 1);
    } else if (is_directory) {
      cut_ = true;
    }
    for (std::size_t i = 0; i < kPatterns.size(); ++i) {
      if (!matches_wildcard(kPatterns[i].pattern, name)) continue;
      // A directory is a checkpoint or it is none of these.
      if (is_directory && kPatterns[i].pattern != "checkpoint-*") break;
      take(i, std::move(path), bytes, time_of(info), is_directory);
      break;
    }
    return bytes;
  }

  void take(std::size_t pattern, std::string path, std::uint64_t bytes, Instant modified, bool is_directory) {
    if (found_.size() >= bounds_.found) {
      cut_ = true;
      return;
    }
    found_.push_back({pattern,
                      {.task = place_.task,
                       .retry_id = place_.retry_id,
                       .type = std::string(kPatterns[pattern].type),
                       .path = std::move(path),
                       .size = bytes,
                       .modified = modified,
                       .directory = is_directory,
                       .chosen = false}});
  }

  const ArtifactPlace& place_;
  const ArtifactBounds& bounds_;
  std::size_t seen_ = 0;
  bool cut_ = false;
  std::vector<std::pair<std::size_t, views::ArtifactView>> found_;
};

std::size_t type_rank(std::string_view type) {
  const auto first = std::ranges::find(kPatterns, type, &ArtifactPattern::type);
  return static_cast<std::size_t>(first - kPatterns.begin());
}

}  // namespace

std::span<const ArtifactPattern> artifact_patterns() { return kPatterns; }

void find_artifacts(const ArtifactPlace& place, views::ArtifactList& list, const ArtifactBounds& bounds) {
  Search search(place, bounds);
  search.run();
  auto& found = search.found();
  // Of a type the first pattern's; of these the newest, then by name.
  std::ranges::sort(found, [](const auto& a, const auto& b) {
    const auto rank = [](const auto& one) { return std::pair(type_rank(one.second.type), one.first); };
    if (rank(a) != rank(b)) return rank(a) < rank(b);
    if (a.second.modified != b.second.modified) return a.second.modified > b.second.modified;
    return a.second.path < b.second.path;
  });
  std::string_view type;
  for (auto& [pattern, artifact] : found) {
    artifact.chosen = artifact.type != type;
    type = kPatterns[pattern].type;
    list.artifacts.push_back(std::move(artifact));
  }
  if (search.is_cut()) list.unsearched.push_back(place.directory);
}

}  // namespace sennit::api
