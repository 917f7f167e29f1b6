// The small files of which a cgroup consists, and cgroups as directories. Internal to the room.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace sennit::proc {

UniqueFd open_directory(const std::string& path);
UniqueFd open_at(int directory, const char* name, int flags);

Result<void> write_at(int directory, const char* name, std::string_view text);
// The whole of it; "" if it cannot be read.
std::string read_at(int directory, const char* name);
// A file that is one number ("4096"), or the number behind `word` in one that has a word and a number in each line
// ("oom_kill 1"). Nothing if it is not there.
std::optional<std::uint64_t> number_at(int directory, const char* name, std::string_view word = {});

// The words of a file of one line: "cpu memory pids".
bool lists_word(std::string_view words, std::string_view word);

// Who is in the cgroup itself; those of other pid namespaces, who have no number here, are left out.
std::vector<pid_t> members_at(int directory);

// A cgroup is removed like an empty directory, though it shows files; those that tasks made below it go first. False:
// somebody is in one of them.
bool remove_cgroups(const std::string& path);

}  // namespace sennit::proc
