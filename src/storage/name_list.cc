#include "storage/name_list.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

namespace sennit::storage {
namespace {

constexpr std::size_t kChunk = 1 << 20;

Result<void> write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = ::write(fd, text.data(), text.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return Error::from_errno("write the list of names", errno);
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  return {};
}

}  // namespace

Result<NameList> NameList::make(std::span<const std::string> names) {
  UniqueFd fd(::memfd_create("sennit-names", MFD_CLOEXEC));
  if (!fd) return Error::from_errno("make the list of names", errno);
  std::string text;
  for (const std::string& name : names) {
    text.append(name).push_back('\n');
    if (text.size() < kChunk) continue;
    SENNIT_TRY(write_all(fd.get(), text));
    text.clear();
  }
  SENNIT_TRY(write_all(fd.get(), text));
  return NameList(std::move(fd));
}

std::string NameList::path() const { return path_of_open(fd_.get()); }

std::string path_of_open(int fd) { return fmt::format("/proc/{}/fd/{}", ::getpid(), fd); }

}  // namespace sennit::storage
