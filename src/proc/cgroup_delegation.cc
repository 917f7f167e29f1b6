#include "proc/cgroup_delegation.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "proc/cgroup_files.h"

namespace sennit::proc {
namespace {

constexpr const char* kHandedOn = "cgroup.subtree_control";

bool may_write(const UniqueFd& directory, const char* name) { return ::faccessat(directory.get(), name, W_OK, 0) == 0; }

Delegation delegation_of(const std::string& path, const UniqueFd& directory) {
  const std::string controllers = read_at(directory.get(), kHandedOn);
  return {path, lists_word(controllers, "memory"), lists_word(controllers, "cpu")};
}

// The program that a process runs; "" if it may not be known.
std::string program_of(const std::string& pid) {
  std::array<char, 4096> path;
  const ssize_t size = ::readlink(("/proc/" + pid + "/exe").c_str(), path.data(), path.size());
  return size < 0 ? std::string() : std::string(path.data(), static_cast<std::size_t>(size));
}

// Everybody in it runs our program.
bool is_ours_alone(const UniqueFd& directory) {
  const std::string ours = program_of("self");
  for (const pid_t pid : members_at(directory.get())) {
    const std::string theirs = program_of(std::to_string(pid));
    if (theirs.empty() || theirs != ours) return false;
  }
  return true;
}

bool move_members(const UniqueFd& from, const UniqueFd& to) {
  constexpr int kLooks = 8;  // somebody may fork meanwhile
  for (int look = 0; look < kLooks; ++look) {
    const std::vector<pid_t> pids = members_at(from.get());
    if (pids.empty()) return true;
    for (const pid_t pid : pids) {
      ignore(write_at(to.get(), "cgroup.procs", std::to_string(pid)), "it may have ended; who is left is seen above");
    }
  }
  return false;
}

void hand_on(const UniqueFd& directory, const std::string& available, const char* controller) {
  if (!lists_word(available, controller)) return;
  ignore(write_at(directory.get(), kHandedOn, std::string("+") + controller), "what is handed on is read afterwards");
}

// Makes our own cgroup one that hands controllers on. Nothing if it cannot be.
std::optional<Delegation> take_own(const std::string& path, const std::string& home) {
  const UniqueFd own = open_directory(path);
  if (!own || !may_write(own, kHandedOn) || !may_write(own, "cgroup.procs")) return std::nullopt;
  const std::string available = read_at(own.get(), "cgroup.controllers");
  if (!lists_word(available, "memory") && !lists_word(available, "cpu")) return std::nullopt;
  // The root of the machine is the only one without a type, and the only one that hands on while somebody runs in it.
  const bool is_root = ::faccessat(own.get(), "cgroup.type", F_OK, 0) != 0;
  if (!is_root) {
    if (!is_ours_alone(own)) return std::nullopt;
    if (::mkdirat(own.get(), home.c_str(), 0755) != 0 && errno != EEXIST) return std::nullopt;
    const UniqueFd below = open_directory(path + "/" + home);
    if (!below || !move_members(own, below)) return std::nullopt;
  }
  hand_on(own, available, "memory");
  hand_on(own, available, "cpu");
  hand_on(own, available, "pids");  // welcome, but no reason to be here
  Delegation found = delegation_of(path, own);
  if (!found.memory && !found.cpu) return std::nullopt;
  return found;
}

// Whoever leaves a cgroup with a limit of its own would leave the limit.
bool is_limited(const UniqueFd& directory) {
  const std::string memory = read_at(directory.get(), "memory.max");
  const std::string cpu = read_at(directory.get(), "cpu.max");
  return (!memory.empty() && !memory.starts_with("max")) || (!cpu.empty() && !cpu.starts_with("max"));
}

bool has_cgroups(const std::string& path) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
    if (entry.is_directory(error)) return true;
  }
  return false;
}

}  // namespace

void give_back_delegation(const std::string& directory, const std::string& home) {
  const std::string path = directory + "/" + home;
  const UniqueFd below = open_directory(path);
  const UniqueFd own = open_directory(directory);
  if (!below || !own || has_cgroups(path)) return;
  // Nobody can enter a cgroup that hands something on, and the kernel lets it stop only when nobody below needs it.
  const std::string handed_on = read_at(own.get(), kHandedOn);
  bool free = true;
  for (const char* controller : {"memory", "cpu"}) {
    if (lists_word(handed_on, controller)) {
      free = free && write_at(own.get(), kHandedOn, std::string("-") + controller).ok();
    }
  }
  if (free && move_members(below, own) && remove_cgroups(path)) return;
  for (const char* controller : {"memory", "cpu"}) hand_on(own, handed_on, controller);
}

Result<Delegation> find_delegation(const CgroupPlace& place, const std::string& home) {
  // An earlier one has moved us already: the cgroup above hands on.
  const bool is_home = place.own.ends_with("/" + home);
  if (std::optional<Delegation> own = is_home ? std::nullopt : take_own(place.own, home)) return *std::move(own);
  const auto no = [&](const std::string& why) {
    return Error(ErrorCode::kUnavailable,
                 why +
                     "; started in a cgroup of its own that is delegated to it, Sennit can do it: systemd-run --user "
                     "-p Delegate=yes sennit serve");
  };
  for (const std::string& path : place.directories()) {
    const UniqueFd directory = open_directory(path);
    if (!directory) break;
    Delegation found = delegation_of(path, directory);
    if ((found.memory || found.cpu) && path != place.own && may_write(directory, ".") &&
        may_write(directory, "cgroup.procs")) {
      return found;
    }
    if (is_limited(directory)) return no("the cgroup " + path + " has a limit of its own");
  }
  return no("no cgroup around " + place.own + " was delegated to us");
}

}  // namespace sennit::proc
