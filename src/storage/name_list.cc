#include "storage/name_list.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

#include "base/write_all.h"

namespace sennit::storage {
namespace {

constexpr std::size_t kChunk = 1 << 20;
constexpr std::string_view kWriting = "write the list of names";

}  // namespace

Result<NameList> NameList::make(std::span<const std::string> names) {
  UniqueFd fd(::memfd_create("sennit-names", MFD_CLOEXEC));
  if (!fd) return Error::from_errno("make the list of names", errno);
  std::string text;
  for (const std::string& name : names) {
    text.append(name).push_back('\n');
    if (text.size() < kChunk) continue;
    SENNIT_TRY(write_all(fd.get(), text, kWriting));
    text.clear();
  }
  SENNIT_TRY(write_all(fd.get(), text, kWriting));
  return NameList(std::move(fd));
}

std::string NameList::path() const { return path_of_open(fd_.get()); }

std::string path_of_open(int fd) { return fmt::format("/proc/{}/fd/{}", ::getpid(), fd); }

}  // namespace sennit::storage
