#include "proc/oom_count.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <optional>
#include <string_view>

#include "proc/cgroup_mounts.h"

namespace sennit::proc {
namespace {

UniqueFd open_file(const std::string& path) { return UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC)); }

UniqueFd open_count() {
  if (const std::optional<CgroupPlace> place = cgroup_place("memory")) {
    if (UniqueFd file = open_file(place->own + "/memory.oom_control")) return file;
  }
  if (const std::optional<CgroupPlace> place = cgroup_place("")) {
    for (const std::string& directory : place->directories()) {
      if (UniqueFd file = open_file(directory + "/memory.events.local")) return file;
    }
  }
  return open_file("/proc/vmstat");
}

}  // namespace

OomCount OomCount::open() {
  OomCount count;
  count.file_ = open_count();
  return count;
}

std::uint64_t OomCount::read() const {
  constexpr std::string_view kWord = "\noom_kill ";
  std::array<char, 16 * 1024> text;
  text[0] = '\n';
  std::size_t size = 1;
  while (file_ && size < text.size()) {
    const ssize_t n = ::pread(file_.get(), text.data() + size, text.size() - size, static_cast<off_t>(size - 1));
    if (n <= 0) break;
    size += static_cast<std::size_t>(n);
  }
  const std::string_view all(text.data(), size);
  const std::size_t at = all.find(kWord);
  std::uint64_t number = 0;
  if (at != std::string_view::npos) std::from_chars(text.data() + at + kWord.size(), text.data() + size, number);
  return number;
}

}  // namespace sennit::proc
